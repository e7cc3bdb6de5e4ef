"""A certificate authority of one test run."""

import ssl
import subprocess
from pathlib import Path


class Authority:
    """Signs certificates with the openssl command."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.file = folder / "ca.pem"
        _openssl(
            folder,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=End-to-end authority",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
        )

    def server(self, name: str = "localhost") -> ssl.SSLContext:
        """A server's context with a certificate for the name."""
        _openssl(
            self.folder,
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            f"/CN={name}",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.csr",
        )
        (self.folder / f"{name}.ext").write_text(f"subjectAltName=DNS:{name}\n")
        _openssl(
            self.folder,
            "x509",
            "-req",
            "-in",
            f"{name}.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            f"{name}.ext",
            "-out",
            f"{name}.pem",
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=20)
