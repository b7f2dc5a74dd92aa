"""A real dovecot of one's own: IMAP, IMAPS and LMTP on loopback in a temporary folder, gone afterwards."""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from putthrough.kit.time import now
from tests.parts import DOVECOT
from tests.parts.ports import free_port, listens

_START_WITHIN = 30  # seconds
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
{users}
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN {folder}/users
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  {chroot}
}}
service stats {{
  {chroot}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""


class PartMissing(Exception):
    """dovecot is not here, or did not start; the text says which."""


class Dovecot:
    """``port`` speaks IMAP with STARTTLS, ``tls_port`` IMAP over TLS; ``certificate`` is what signs it.

    ``tokeninfo`` is the address that dovecot asks whose an OAuth token is, the token put at its end.
    """

    host = "127.0.0.1"

    def __init__(self, *, tokeninfo: str = "http://127.0.0.1:9/") -> None:
        program = DOVECOT.find()
        if program is None:
            raise PartMissing(DOVECOT.how_to_get)
        self._program = program
        self._tokeninfo = tokeninfo
        self.folder = Path(tempfile.mkdtemp(prefix="putthrough-dovecot-"))
        self.port, self.tls_port, self._lmtp = free_port(), free_port(), free_port()
        self.certificate = self.folder / "certificate.pem"
        self._server: subprocess.Popen[bytes] | None = None
        self._write()
        self.start()

    def start(self) -> None:
        self._server = subprocess.Popen(
            [self._program, "-F", "-c", self.folder / "dovecot.conf"], stderr=subprocess.DEVNULL, start_new_session=True
        )
        give_up = time.monotonic() + _START_WITHIN
        while not (listens(self.port) and listens(self._lmtp)):
            if self._server.poll() is not None or time.monotonic() > give_up:
                log = self.folder / "log"
                said = log.read_text() if log.exists() else "nothing"
                self.stop()
                raise PartMissing(f"dovecot did not start: {said}")
            time.sleep(0.02)

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """Ends it with every connection, as a broken machine does; ``start`` brings it back with its mail."""
        if self._server is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGTERM)
        self._server.wait()
        self._server = None

    def add_user(self, address: str, password: str) -> None:
        with (self.folder / "users").open("a") as users:
            users.write(f"{address}:{{PLAIN}}{password}::::::\n")

    def deliver(self, raw: bytes, address: str) -> None:
        with smtplib.LMTP(self.host, self._lmtp, "tests.example") as lmtp:
            lmtp.sendmail("writer@example.org", [address], raw)

    def new_uidvalidity(self, address: str) -> None:
        """As after a mailbox is restored from a backup: every UID means something else."""
        mail = self.folder / "mail" / address
        uids = mail / "dovecot-uidlist"
        uids.write_text(re.sub(r"\bV(\d+)", lambda found: f"V{int(found[1]) + 1}", uids.read_text(), count=1))
        for index in mail.glob("dovecot.index*"):
            index.unlink()

    def files(self, address: str) -> list[str]:
        """The names of the mails' files: their flags stand after the comma."""
        mail = self.folder / "mail" / address
        return sorted(path.name for part in ("new", "cur") for path in (mail / part).glob("*"))

    def _write(self) -> None:
        self.folder.chmod(0o755)
        root = os.geteuid() == 0
        mine = pwd.getpwuid(os.geteuid())
        owner = pwd.getpwnam("nobody") if root else mine
        (self.folder / "mail").mkdir()
        if root:
            os.chown(self.folder / "mail", owner.pw_uid, owner.pw_gid)
        names = f"default_internal_user = {mine.pw_name}\ndefault_login_user = {mine.pw_name}\n"
        names += f"default_internal_group = {_group(mine.pw_gid)}\n"
        (self.folder / "users").touch(mode=0o644)
        (self.folder / "oauth2.conf").write_text(f"tokeninfo_url = {self._tokeninfo}\nusername_attribute = email\n")
        certify(self.certificate, self.folder / "key.pem")
        config = _CONFIG.format(
            folder=self.folder,
            users="" if root else names,
            chroot="" if root else "chroot =",
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            imap=self.port,
            imaps=self.tls_port,
            lmtp=self._lmtp,
        )
        (self.folder / "dovecot.conf").write_text(config)


def _group(gid: int) -> str:
    return grp.getgrgid(gid).gr_name


def certify(certificate: Path, key_file: Path) -> None:
    """Write a certificate for localhost that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
