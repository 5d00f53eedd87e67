"""`python -m kubedx.cli`: the command `kubedx`."""

from kubedx.cli.entry import kubedx_main

kubedx_main()
