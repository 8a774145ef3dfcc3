"""Work that waits in the outbox: claimed under a lease, carried out, stamped with its outcome.

PostgreSQL is the record. The queue is only a doorbell whose jobs carry no data, so that losing
it, a worker or a relay loses nothing.
"""
