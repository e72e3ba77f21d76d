"""Run insurance: ``python -m services.insurance``."""

from chassis.main import run
from services.insurance.app import create_app
from services.insurance.settings import InsuranceSettings

if __name__ == "__main__":
    run("insurance", create_app, InsuranceSettings)
