"""The report of a measurement: one HTML file with plots, that needs no network and no script."""
