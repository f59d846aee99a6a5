"""Compiles C45Weka.java against WEKA and runs it.

c45_weka.py ROWS COLUMNS DATA WORK_FOLDER   prints one JSON line.
"""
import pathlib
import subprocess
import sys

from weka import jars_of


def main():
    rows, columns, data, work = sys.argv[1:5]
    work = pathlib.Path(work)
    jars = jars_of(work)
    source = pathlib.Path(__file__).parent / "C45Weka.java"
    subprocess.run(["javac", "-cp", f"{jars}/*", "-d", str(work), str(source)], check=True)
    command = ["java", "-Xmx6g", "--add-opens=java.base/java.lang=ALL-UNNAMED", "-cp", f"{jars}/*:{work}",
               "C45Weka", rows, columns, data]
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1])


main()
