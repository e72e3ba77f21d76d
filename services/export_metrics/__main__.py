"""Run export metrics: ``python -m services.export_metrics``."""

from chassis.folding.running import collector
from chassis.main import run
from services.export_metrics.app import create_app
from services.export_metrics.settings import SERVICE, ExportMetricsSettings

if __name__ == "__main__":
    collector.relieve()
    run(SERVICE, create_app, ExportMetricsSettings)
