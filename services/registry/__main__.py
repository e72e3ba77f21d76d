"""Run the registry: ``python -m services.registry``."""

from chassis.main import run
from services.registry.app import create_app
from services.registry.settings import RegistrySettings

if __name__ == "__main__":
    run("registry", create_app, RegistrySettings)
