"""A file sent to be imported."""

from werkzeug.test import TestResponse

from tests.support.browser import Browser


def send_file(admin: Browser, content: bytes, kind: str = "products") -> TestResponse:
    """The body is written here: the test client keeps large ones in files it never closes."""
    address = f"/console/imports/{kind}"
    body = (
        f'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{admin.token}\r\n'
        '--cut\r\nContent-Disposition: form-data; name="file"; filename="catalogue.csv"\r\n\r\n'
    ).encode()
    return admin.post(
        address,
        data=body + content + b"\r\n--cut--\r\n",
        content_type="multipart/form-data; boundary=cut",
        headers={"Referer": f"{admin.origin}{address}"},
    )
