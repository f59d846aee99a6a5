"""A copy of the installed program works elsewhere, and no symbol of Debian's libssl binds to the wheel's copy."""

import pathlib
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import BUILD, SOURCE, Case  # noqa: E402


class Installed(Case):
    def install(self):
        prefix = self.folder / "first"
        subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(prefix)], check=True,
                       capture_output=True)
        moved = self.folder / "moved here"
        shutil.move(prefix, moved)
        return str(moved / "bin" / "holdfast")

    def test_moved_copy_runs_with_an_empty_environment(self):
        program = self.install()
        shutil.copy(SOURCE / "examples/telecom/data/Telco-Customer-Churn.csv", self.folder / "a.csv")
        self.holdfast("init", "a.csv", "--outcome", "Churn", program=program, env={})
        self.holdfast("run", program=program, env={})
        self.assertTrue((self.folder / "out" / "report.html").exists())
        linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for line in linked.splitlines():
            if "libarrow" in line or "libparquet" in line:
                self.assertIn("moved here", line)

    def test_ssl_symbols_bind_to_the_system_library(self):
        program = self.install()
        # Immediate binding lists every symbol and the library it was found in.
        done = subprocess.run([program, "--version"], capture_output=True, text=True, errors="replace",
                              env={"LD_DEBUG": "bindings", "LD_BIND_NOW": "1"})
        self.assertEqual(done.returncode, 0)
        bound = [line for line in done.stderr.splitlines() if "binding file" in line]
        self.assertGreater(len(bound), 1000)
        names = ("SSL_", "EVP_", "CRYPTO_", "X509_", "BIO_", "RSA_", "OPENSSL_")
        for line in bound:
            source, _, target = line.partition(" to ")
            symbol = line.split("symbol `")[1].split("'")[0]
            if not symbol.startswith(names):
                continue
            from_wheel = "libarrow" in source or "libparquet" in source
            to_wheel = "libarrow" in target.split(":")[0] or "libparquet" in target.split(":")[0]
            self.assertFalse(not from_wheel and to_wheel,
                             f"Debian's library would call the wheel's OpenSSL: {line}")


if __name__ == "__main__":
    unittest.main()
