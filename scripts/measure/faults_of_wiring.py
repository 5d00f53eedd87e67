"""Programs that do not find each other: names, ports, policies, certificates, Services."""

from measure.application import SPACE, Application
from measure.fault import Fault, Wanted, crashes, mount, selecting, set_variable, shut_policy, wanted
from measure.recording import Data
from measure.voices import TIMEOUT, UNKNOWN


def port_of_callee_wrong(app: Application) -> Wanted:
    """A literal variable names a port that the callee's Service lacks."""
    app.change("gateway", set_variable("SEARCH_ADDR", "search:8800"))
    app.complain("gateway", app.callee("search")._replace(port=8800), TIMEOUT)
    return wanted("Deployment gateway", words="8800")


def host_of_callee_wrong(app: Application) -> Wanted:
    """A literal variable names a Service that is not there."""
    app.change("checkout", set_variable("PAYMENT_ADDR", "paymnet:50051"))
    app.complain("checkout", app.callee("payment")._replace(host="paymnet"), UNKNOWN)
    return wanted("Deployment checkout", words="paymnet")


def host_in_config_map_wrong(app: Application) -> Wanted:
    """A key of a ConfigMap names a broker that is not there."""
    app.find("ConfigMap", "orders-config")["data"]["BROKER_HOST"] = "brokers"
    app.say("orders", "Attempting to connect to: [brokers:5672]\njava.net.UnknownHostException: brokers", "ERROR")
    app.answers_fail("orders")
    return wanted("ConfigMap orders-config", "Deployment orders", words="brokers")


def namespace_of_callee_wrong(app: Application) -> Wanted:
    """A URL names the callee in a namespace where it is not."""
    app.objects.append(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "stock", "uid": "n-stock"}, "status": {"phase": "Active"}}
    )
    app.change("cart", set_variable("INVENTORY_ADDR", "inventory.stock.svc:8080"))
    app.complain("cart", app.callee("inventory")._replace(host="inventory.stock.svc"), UNKNOWN)
    return wanted("Deployment cart", words="inventory.stock")


def search_domain_misspelt(app: Application) -> Wanted:
    """A full name ends in a domain that the cluster's DNS does not serve."""
    app.change("gateway", set_variable("SEARCH_ADDR", "search.shop.svc.cluster.locla:8080"))
    app.complain("gateway", app.callee("search")._replace(host="search.shop.svc.cluster.locla"), UNKNOWN)
    return wanted("Deployment gateway", words="locla")


def host_in_file_wrong(app: Application) -> Wanted:
    """A mounted file names a database that is not there."""
    text = "spring:\n  datasource:\n    url: jdbc:postgresql://inventory-bd:5432/inventory\n"
    mount(app, "inventory", "inventory-file", {"application.yaml": text})
    app.change(
        "inventory", lambda container: container.update(env=[one for one in container["env"] if one["name"] != "SPRING_DATASOURCE_URL"])
    )
    app.say(
        "inventory",
        "org.postgresql.util.PSQLException: The connection attempt failed.\nCaused by: java.net.UnknownHostException: inventory-bd",
    )
    app.answers_fail("inventory")
    return wanted("ConfigMap inventory-file", "Deployment inventory", words="inventory-bd")


def host_in_secret_wrong(app: Application) -> Wanted:
    """A Secret names a cache that is not there."""
    app.objects.append(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "promo-cache-url", "namespace": SPACE, "uid": "s-promo"},
            "type": "Opaque",
            "data": {"url": ""},
        }
    )
    reference = {"name": "PROMO_CACHE_URL", "valueFrom": {"secretKeyRef": {"name": "promo-cache-url", "key": "url"}}}
    app.change(
        "promo", lambda container: container.update(env=[one for one in container["env"] if one["name"] != "PROMO_CACHE_URL"] + [reference])
    )
    app.complain("promo", app.callee("promo-cache")._replace(host="promocache"), UNKNOWN)
    return wanted("Secret promo-cache-url", "Deployment promo", words="promocache")


def port_in_config_map_wrong(app: Application) -> Wanted:
    """A key of a ConfigMap names a port on which the broker does not listen."""
    app.find("ConfigMap", "warehouse-config")["data"]["BROKER_PORT"] = "5673"
    app.complain("warehouse", app.callee("broker")._replace(port=5673, store=""), TIMEOUT)
    return wanted("ConfigMap warehouse-config", "Deployment warehouse", words="5673")


def path_of_callee_wrong(app: Application) -> Wanted:
    """A program asks for a path that its callee does not know."""
    app.change("pricing", set_variable("TAX_URL", "http://tax:8080/v3"))
    app.say("pricing", "GET http://tax:8080/v3/rates: unexpected status 404 Not Found")
    app.answers_fail("pricing")
    return wanted("Deployment pricing", words="/v3")


def variable_not_expanded(app: Application) -> Wanted:
    """A variable names another that is not there, and stands as it is written."""
    app.change("storefront", set_variable("CATALOG_URL", "http://$(CATALOG_HOTS):8080"))
    app.say("storefront", "Invalid URL: http://$(CATALOG_HOTS):8080/v1/items")
    app.answers_fail("storefront")
    return wanted("Deployment storefront", words="CATALOG_HOTS")


def policy_shuts_database(app: Application) -> Wanted:
    """A policy lets one program in to a database which another needs too."""
    allowed = [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "backup"}}}]
    shut_policy(app, "account-db", {"podSelector": selecting("account-db"), "policyTypes": ["Ingress"], "ingress": [{"from": allowed}]})
    app.cut("account-db", TIMEOUT)
    return wanted("NetworkPolicy account-db", words="account-db")


def policy_shuts_way_out(app: Application) -> Wanted:
    """A policy lets a program out to DNS alone, and what it calls is outside."""
    dns = {"ports": [{"port": 53, "protocol": "UDP"}]}
    shut_policy(app, "mailer-out", {"podSelector": selecting("mailer"), "policyTypes": ["Egress"], "egress": [dns]})
    app.change("mailer", set_variable("RELAY_URL", "https://relay.example.net"))
    app.say(
        "mailer",
        (
            "requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='relay.example.net', port=443): Max retries "
            "exceeded with url: /send (Caused by ConnectTimeoutError('timed out'))"
        ),
    )
    app.say(
        "mailer",
        (
            "requests.exceptions.ConnectTimeout: HTTPConnectionPool(host='templates', port=8080): Max retries exceeded "
            "with url: /v1 (Caused by ConnectTimeoutError('timed out'))"
        ),
    )
    app.answers_fail("mailer")
    return wanted("NetworkPolicy mailer-out", words="mailer-out|egress")


def policy_and_crash(app: Application) -> Wanted:
    """A program that does not reach its database ends again and again."""
    shut_policy(app, "ledger-db-only", {"podSelector": selecting("ledger-db"), "policyTypes": ["Ingress"], "ingress": []})
    crashes(
        app,
        "ledger",
        1,
        (
            "2026-03-01 11:57:01.120 ERROR 1 --- [main] o.s.boot.SpringApplication : Application run "
            "failed\norg.postgresql.util.PSQLException: The connection attempt failed.\nCaused by: "
            "java.net.SocketTimeoutException: Connect timed out"
        ),
    )
    app.cut("ledger")
    return wanted("NetworkPolicy ledger-db-only", words="ledger-db")


def selector_wrong(app: Application) -> Wanted:
    """A Service selects no pod."""
    app.find("Service", "catalog")["spec"]["selector"] = {"app.kubernetes.io/name": "catalogue"}
    app.empty("catalog")
    app.cut("catalog")
    return wanted("Service catalog", words="catalogue")


def target_port_wrong(app: Application) -> Wanted:
    """A Service sends to a port on which nothing listens."""
    app.find("Service", "pricing")["spec"]["ports"][0]["targetPort"] = 7070
    app.find("EndpointSlice", "pricing-1")["ports"][0]["port"] = 7070
    app.cut("pricing")
    return wanted("Service pricing", words="7070")


def name_of_target_port_wrong(app: Application) -> Wanted:
    """A Service sends to a named port that its pods lack."""
    app.find("Service", "session")["spec"]["ports"][0]["targetPort"] = "http"
    app.empty("session")
    app.cut("session")
    return wanted("Service session", words="http")


def label_of_pods_wrong(app: Application) -> Wanted:
    """The pods of a program have lost the label by which their Service selects."""

    def relabel(labels: Data) -> None:
        labels["app.kubernetes.io/name"] = "templates-v2"

    relabel(app.workload("templates")["spec"]["template"]["metadata"]["labels"])
    relabel(app.workload("templates")["spec"]["selector"]["matchLabels"])
    relabel(app.find("ReplicaSet", "templates-7c9d5f6b8")["metadata"]["labels"])
    relabel(app.find("ReplicaSet", "templates-7c9d5f6b8")["spec"]["template"]["metadata"]["labels"])
    relabel(app.find("ReplicaSet", "templates-7c9d5f6b8")["spec"]["selector"]["matchLabels"])
    relabel(app.pod("templates")["metadata"]["labels"])
    app.empty("templates")
    app.cut("templates")
    return wanted("Service templates", "Deployment templates", words="templates-v2")


def external_name_wrong(app: Application) -> Wanted:
    """A Service stands for a name outside that does not resolve."""
    service = app.find("Service", "object-store")
    service["spec"] = {"type": "ExternalName", "externalName": "store.exampel.invalid", "ports": service["spec"]["ports"]}
    for caller in app.callers("object-store"):
        app.complain(caller, app.callee("object-store"), UNKNOWN)
    return wanted("Service object-store", words="exampel")


def listens_elsewhere(app: Application) -> Wanted:
    """A program listens on another port than its Service sends to, by its own setting."""
    app.change("media", set_variable("PORT", "8081"))
    app.change("media", lambda container: container.pop("readinessProbe"))
    app.logs[app.log_key("media")] = app.logs[app.log_key("media")].replace("0.0.0.0:8080", "0.0.0.0:8081")
    app.cut("media")
    return wanted("Deployment media", "Service media", words="8081")


def listens_to_itself(app: Application) -> Wanted:
    """A program listens on the loopback address."""
    app.change("tax", set_variable("ASPNETCORE_URLS", "http://localhost:8080"))
    app.change("tax", lambda container: container.pop("readinessProbe"))
    app.logs[app.log_key("tax")] = app.logs[app.log_key("tax")].replace(
        "listening on 0.0.0.0:8080", "Now listening on: http://localhost:8080"
    )
    app.cut("tax")
    return wanted("Deployment tax", words="localhost|127.0.0.1")


def names_not_searched(app: Application) -> Wanted:
    """Pods that ask the node's resolver, which knows no Service."""
    app.change_pods("shipping", lambda spec: spec.update(dnsPolicy="Default"))
    app.say("shipping", 'Post "http://courier:5000/v1": dial tcp: lookup courier on 169.254.169.253:53: no such host')
    app.say("shipping", 'Post "http://quote:8090/v1": dial tcp: lookup quote on 169.254.169.253:53: no such host')
    app.answers_fail("shipping")
    return wanted("Deployment shipping", words="dnsPolicy|Default")


def resolver_down(app: Application) -> Wanted:
    """The cluster's DNS has no pod that is ready."""
    labels = {"k8s-app": "kube-dns"}
    meta = {"namespace": "kube-system", "uid": "dns", "creationTimestamp": "2026-02-20T08:00:00Z"}
    container = {"name": "coredns", "image": "registry.k8s.io/coredns/coredns:v1.11.3", "ports": [{"containerPort": 53, "protocol": "UDP"}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    down = {"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable", "lastTransitionTime": "2026-03-01T11:35:00Z"}
    app.objects += [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system", "uid": "ks"}, "status": {"phase": "Active"}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": meta | {"name": "coredns", "generation": 1},
            "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": template},
            "status": {"observedGeneration": 1, "conditions": [down]},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": meta
            | {
                "name": "coredns-1",
                "uid": "dns-r",
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "Deployment", "name": "coredns", "uid": "dns", "controller": True}],
            },
            "spec": {"replicas": 0, "selector": {"matchLabels": labels}, "template": template},
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": meta | {"name": "kube-dns", "uid": "dns-s"},
            "spec": {"selector": labels, "clusterIP": "10.96.0.10", "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}]},
        },
    ]
    for caller, callee in (("gateway", "search"), ("cart", "inventory"), ("fraud", "profile"), ("storefront", "ad"), ("orders", "broker")):
        app.complain(caller, app.callee(callee)._replace(store=""), UNKNOWN)
    return wanted("Deployment coredns", "Service kube-dns", words="0|no ")


def protocol_wrong(app: Application) -> Wanted:
    """A program speaks TLS to one that does not."""
    app.change("gateway", set_variable("CART_ADDR", "https://cart:8080"))
    app.say("gateway", 'Get "https://cart:8080/v1/cart": http: server gave HTTP response to HTTPS client')
    return wanted("Deployment gateway", words="HTTP response to HTTPS client")


def proxy_misspelt(app: Application) -> Wanted:
    """A program asks a proxy that is not there."""
    app.change("push", set_variable("HTTPS_PROXY", "http://proxi.corp.example:3128"))
    app.say(
        "push", 'Post "https://push.example.com/v1": proxyconnect tcp: dial tcp: lookup proxi.corp.example on 10.96.0.10:53: no such host'
    )
    app.answers_fail("push")
    return wanted("Deployment push", words="proxi.corp.example")


def waits_for_wrong_name(app: Application) -> Wanted:
    """An init container waits for a name that is not there, for ever."""
    wait = {"name": "wait", "image": "busybox:1.36", "command": ["sh", "-c", "until nc -z index-master 9200; do sleep 2; done"]}
    app.change_pods("indexer", lambda spec: spec.update(initContainers=[wait]))
    app.pod("indexer")["status"] |= {
        "phase": "Pending",
        "initContainerStatuses": [
            {
                "name": "wait",
                "ready": False,
                "restartCount": 0,
                "state": {"running": {"startedAt": "2026-03-01T11:35:00Z"}},
                "image": "busybox:1.36",
            }
        ],
    }
    app.pod("indexer")["status"]["conditions"][0]["status"] = "False"
    app.unready("indexer", {"waiting": {"reason": "PodInitializing"}})
    app.logs.pop(app.log_key("indexer"))
    app.logs[f"{SPACE}/indexer-7c9d5f6b8-x2k4j/wait"] = "nc: bad address 'index-master'\n" * 90
    return wanted("Deployment indexer", words="index-master")


def certificate_expired(app: Application) -> Wanted:
    """The certificate that a callee shows is out of date."""
    app.change("refund", set_variable("PAYMENT_URL", "https://payment:50051"))
    app.say(
        "refund",
        (
            'I/O error on POST request for "https://payment:50051/v1/refunds": PKIX path validation failed: '
            "java.security.cert.CertPathValidatorException: validity check failed; nested exception is "
            "javax.net.ssl.SSLHandshakeException\nCaused by: java.security.cert.CertificateExpiredException: NotAfter: "
            "Sat Feb 28 23:59:59 UTC 2026"
        ),
    )
    return wanted("Deployment payment", "Deployment refund", "Service payment", words="CertificateExpired|NotAfter|expired")


def authority_unknown(app: Application) -> Wanted:
    """A callee shows a certificate of an authority that the caller does not know."""
    app.change("refund", set_variable("PAYMENT_URL", "https://payment:50051"))
    app.say(
        "fraud",
        (
            "requests.exceptions.SSLError: HTTPSConnectionPool(host='profile', port=8080): Max retries exceeded with "
            "url: /v1 (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate "
            "verify failed: self-signed certificate in certificate chain (_ssl.c:1006)')))"
        ),
    )
    app.answers_fail("fraud")
    return wanted("Deployment fraud", "Deployment profile", words="self-signed")


OF_WIRING: tuple[Fault, ...] = (
    port_of_callee_wrong,
    host_of_callee_wrong,
    host_in_config_map_wrong,
    namespace_of_callee_wrong,
    search_domain_misspelt,
    host_in_file_wrong,
    host_in_secret_wrong,
    port_in_config_map_wrong,
    path_of_callee_wrong,
    variable_not_expanded,
    policy_shuts_database,
    policy_shuts_way_out,
    policy_and_crash,
    selector_wrong,
    target_port_wrong,
    name_of_target_port_wrong,
    label_of_pods_wrong,
    external_name_wrong,
    listens_elsewhere,
    listens_to_itself,
    names_not_searched,
    resolver_down,
    protocol_wrong,
    proxy_misspelt,
    waits_for_wrong_name,
    certificate_expired,
    authority_unknown,
)
