"""Fetches WEKA 3.8.6 with Maven (GPL-3; compared with, never shipped)."""
import pathlib
import subprocess
import sys

POM = """<project><modelVersion>4.0.0</modelVersion><groupId>bench</groupId><artifactId>bench</artifactId>
<version>1</version><dependencies><dependency><groupId>nz.ac.waikato.cms.weka</groupId>
<artifactId>weka-stable</artifactId><version>3.8.6</version></dependency></dependencies></project>"""


def jars_of(work: pathlib.Path) -> pathlib.Path:
    """The folder of its jars under `work`."""
    work = work.resolve()  # Maven reads a relative folder from where its pom lies
    work.mkdir(parents=True, exist_ok=True)
    jars = work / "weka"
    if not list(jars.glob("weka-stable-*.jar")):
        (work / "pom.xml").write_text(POM)
        subprocess.run(["mvn", "-q", "-f", str(work / "pom.xml"), "dependency:copy-dependencies",
                        f"-DoutputDirectory={jars}"], check=True, stdout=sys.stderr)
    return jars
