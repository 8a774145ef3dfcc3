"""`flask doctor`: what is missing, and the mend for each thing."""
import click
@click.command()
def doctor(): ...
