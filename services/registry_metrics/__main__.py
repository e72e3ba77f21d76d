"""Run registry metrics: ``python -m services.registry_metrics``."""

from chassis.folding.running import collector
from chassis.main import run
from services.registry_metrics.app import create_app
from services.registry_metrics.settings import SERVICE, RegistryMetricsSettings

if __name__ == "__main__":
    collector.relieve()
    run(SERVICE, create_app, RegistryMetricsSettings)
