"""Several threads decode at once, and the process lives."""

import subprocess
import sys
import textwrap

# In a process of its own, since a crash would take the tests with it. The lists come in at the same moment, and their
# types share those of the pod spec.
LISTS = """
    import json, sys, threading
    from kubedx.kube import CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, StatefulSet
    from kubedx.source.http_retry import Response
    from kubedx.source.live_list import Lister

    sys.setswitchinterval(1e-6)
    pod = {
        "containers": [{"name": "api", "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "db", "key": "dsn"}}}],
                        "livenessProbe": {"httpGet": {"port": 80}}, "resources": {"limits": {"cpu": "1"}}}],
        "volumes": [{"name": "all", "projected": {"sources": [{"configMap": {"name": "cart"}}]}}],
        "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]}},
    }
    spec = {**pod, "template": {"spec": pod}, "jobTemplate": {"spec": {"template": {"spec": pod}}}}
    body = json.dumps({"items": [{"metadata": {"name": "cart"}, "spec": spec}]}).encode()
    types = (Pod, Deployment, CronJob, DaemonSet, Job, ReplicaSet, StatefulSet)
    together = threading.Barrier(len(types))

    class Client:
        def get(self, *request):
            together.wait()
            return Response(200, body)

    lister = Lister(Client())
    threads = [threading.Thread(target=lambda kind=kind: found.append(lister.list(kind.KIND))) for kind in types]
    found = []
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(len(listing.objects) for listing in found), sum(len(listing.gaps) for listing in found))
"""


def test_lists_that_come_in_together_are_decoded_and_crash_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(LISTS)], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "7 0\n", "")
