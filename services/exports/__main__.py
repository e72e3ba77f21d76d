"""Run the exports service: ``python -m services.exports``."""

from chassis.main import run
from services.exports.app import create_app
from services.exports.settings import ExportsSettings

if __name__ == "__main__":
    run("exports", create_app, ExportsSettings)
