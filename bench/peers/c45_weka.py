"""Fetches WEKA 3.8.6 with Maven (GPL-3; compared with, never shipped), compiles C45Weka.java and runs it.

c45_weka.py ROWS COLUMNS DATA WORK_FOLDER   prints one JSON line.
"""
import pathlib
import subprocess
import sys

POM = """<project><modelVersion>4.0.0</modelVersion><groupId>bench</groupId><artifactId>bench</artifactId>
<version>1</version><dependencies><dependency><groupId>nz.ac.waikato.cms.weka</groupId>
<artifactId>weka-stable</artifactId><version>3.8.6</version></dependency></dependencies></project>"""


def main():
    rows, columns, data, work = sys.argv[1:5]
    work = pathlib.Path(work)
    work.mkdir(parents=True, exist_ok=True)
    jars = work / "weka"
    if not list(jars.glob("weka-stable-*.jar")):
        (work / "pom.xml").write_text(POM)
        subprocess.run(["mvn", "-q", "-f", str(work / "pom.xml"), "dependency:copy-dependencies",
                        f"-DoutputDirectory={jars}"], check=True, stdout=sys.stderr)
    source = pathlib.Path(__file__).parent / "C45Weka.java"
    subprocess.run(["javac", "-cp", f"{jars}/*", "-d", str(work), str(source)], check=True)
    command = ["java", "-Xmx6g", "--add-opens=java.base/java.lang=ALL-UNNAMED", "-cp", f"{jars}/*:{work}",
               "C45Weka", rows, columns, data]
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1])


main()
