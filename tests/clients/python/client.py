"""Usage: client.py SERVER CA_FILE TOKEN. Says "ok STEP" after each step; ends with 1 at the first that fails."""
import datetime
import json
import sys
import tempfile
import threading
import traceback

from kubernetes import client, dynamic, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.stream import stream

SERVER, CA_FILE, TOKEN = sys.argv[1:4]
NAMESPACE = "default"


def connect(token=TOKEN):
    configuration = client.Configuration()
    configuration.host = SERVER
    configuration.ssl_ca_cert = CA_FILE
    configuration.api_key = {"authorization": f"Bearer {token}"}
    return client.ApiClient(configuration)


api = connect()
core = client.CoreV1Api(api)
apps = client.AppsV1Api(api)


def config_map(name, data=None):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels={"app": "python"}), data=data)


def pod(name, **spec):
    return client.V1Pod(metadata=client.V1ObjectMeta(name=name, labels={"app": name}), spec=client.V1PodSpec(containers=[client.V1Container(name="c", image="busybox:1")], **spec))


def refusal(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except ApiException as error:
        return error.status, json.loads(error.body)
    raise AssertionError("the call should have been refused")


def crud():
    made = core.create_namespaced_config_map(NAMESPACE, config_map("a", {"x": "1"}))
    assert made.metadata.uid
    assert isinstance(made.metadata.creation_timestamp, datetime.datetime)
    made.data["x"] = "2"
    changed = core.replace_namespaced_config_map("a", NAMESPACE, made)
    assert changed.metadata.resource_version != made.metadata.resource_version
    # The client leaves no null out of what it sends: the same again changes nothing.
    assert core.replace_namespaced_config_map("a", NAMESPACE, changed).metadata.resource_version == changed.metadata.resource_version
    assert core.read_namespaced_config_map("a", NAMESPACE).data == {"x": "2"}
    gone = core.delete_namespaced_config_map("a", NAMESPACE, body=client.V1DeleteOptions(preconditions=client.V1Preconditions(uid=made.metadata.uid)))
    assert (gone.kind, gone.status) == ("Status", "Success"), gone
    assert client.VersionApi(api).get_code().git_version.startswith("v1.")


def errors():
    code, status = refusal(core.read_namespaced_config_map, "none", NAMESPACE)
    assert (code, status["reason"], status["message"]) == (404, "NotFound", 'configmaps "none" not found')
    made = core.create_namespaced_config_map(NAMESPACE, config_map("stale"))
    assert refusal(core.create_namespaced_config_map, NAMESPACE, config_map("stale"))[1]["reason"] == "AlreadyExists"
    made.metadata.resource_version = "1"
    code, status = refusal(core.replace_namespaced_config_map, "stale", NAMESPACE, made)
    assert (code, status["reason"]) == (409, "Conflict")
    code, status = refusal(core.create_namespaced_config_map, NAMESPACE, config_map("Bad_Name"))
    assert (code, status["details"]["causes"][0]["field"]) == (422, "metadata.name")
    code, status = refusal(client.CoreV1Api(connect("jane/devs")).list_namespaced_secret, NAMESPACE)
    assert (code, status["message"]) == (403, 'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "default"'), status
    assert refusal(client.CoreV1Api(connect("bad")).list_namespaced_secret, NAMESPACE)[0] == 401


def pages():
    for index in range(7):
        core.create_namespaced_config_map(NAMESPACE, config_map(f"page-{index}"))
    names, following = [], None
    while True:
        page = core.list_namespaced_config_map(NAMESPACE, limit=3, _continue=following, label_selector="app=python")
        names += [item.metadata.name for item in page.items if item.metadata.name.startswith("page-")]
        following = page.metadata._continue
        if not following:
            break
    assert names == [f"page-{index}" for index in range(7)], names
    core.delete_collection_namespaced_config_map(NAMESPACE, label_selector="app=python", field_selector="metadata.name!=page-0")
    assert [item.metadata.name for item in core.list_namespaced_config_map(NAMESPACE, label_selector="app=python").items] == ["page-0"]


def patches():
    objects = dynamic.DynamicClient(api, cache_file=tempfile.mktemp()).resources.get(api_version="v1", kind="ConfigMap")
    assert core.patch_namespaced_config_map("page-0", NAMESPACE, [{"op": "add", "path": "/data", "value": {"a": "1"}}]).data == {"a": "1"}
    assert core.patch_namespaced_config_map("page-0", NAMESPACE, {"metadata": {"labels": {"more": "yes"}}}).metadata.labels == {"app": "python", "more": "yes"}
    merged = objects.patch(name="page-0", namespace=NAMESPACE, body={"data": {"a": None, "b": "2"}}, content_type="application/merge-patch+json")
    assert merged.to_dict()["data"] == {"b": "2"}, merged
    apps.create_namespaced_deployment(NAMESPACE, client.V1Deployment(
        metadata=client.V1ObjectMeta(name="web"),
        spec=client.V1DeploymentSpec(replicas=2, selector=client.V1LabelSelector(match_labels={"app": "web"}), template=client.V1PodTemplateSpec(
            metadata=client.V1ObjectMeta(labels={"app": "web"}), spec=client.V1PodSpec(containers=[client.V1Container(name="c", image="busybox:1")])))))
    changed = apps.patch_namespaced_deployment("web", NAMESPACE, {"spec": {"template": {"spec": {"containers": [{"name": "d", "image": "busybox:2"}]}}}})
    assert sorted(item.name for item in changed.spec.template.spec.containers) == ["c", "d"]
    assert changed.spec.strategy.type == "RollingUpdate" and changed.spec.strategy.rolling_update.max_surge == "25%"
    scaled = apps.patch_namespaced_deployment_scale("web", NAMESPACE, {"spec": {"replicas": 5}})
    assert (scaled.spec.replicas, apps.read_namespaced_deployment("web", NAMESPACE).spec.replicas) == (5, 5)
    apps.delete_namespaced_deployment("web", NAMESPACE, propagation_policy="Background")


def apply():
    objects = dynamic.DynamicClient(api, cache_file=tempfile.mktemp()).resources.get(api_version="v1", kind="ConfigMap")
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"x": "1"}}
    # This release writes only texts as YAML.
    def send(manager, **named):
        return objects.server_side_apply(body=json.dumps(body), name="applied", namespace=NAMESPACE, field_manager=manager, **named)

    made, again = send("python"), send("python")
    assert (made.data.x, made.metadata.managedFields[0].manager, made.metadata.managedFields[0].operation) == ("1", "python", "Apply")
    assert made.metadata.resourceVersion == again.metadata.resourceVersion
    body["data"]["x"] = "2"
    try:
        send("other")
        raise AssertionError("the field is another's")
    except dynamic.exceptions.ConflictError as error:
        assert 'conflict with "python": .data.x' in error.summary(), error.summary()
    assert send("other", force_conflicts=True).data.x == "2"


def watches():
    listed = core.list_namespaced_config_map(NAMESPACE)
    worker = threading.Thread(target=lambda: (core.create_namespaced_config_map(NAMESPACE, config_map("watched")), core.delete_namespaced_config_map("watched", NAMESPACE)))
    worker.start()
    seen, watcher = [], watch.Watch()
    for event in watcher.stream(core.list_namespaced_config_map, NAMESPACE, resource_version=listed.metadata.resource_version, label_selector="app=python", timeout_seconds=30):
        assert isinstance(event["object"], client.V1ConfigMap)
        if event["object"].metadata.name == "watched":
            seen.append(event["type"])
        if event["type"] == "DELETED":
            watcher.stop()
    worker.join()
    assert seen == ["ADDED", "DELETED"], seen
    assert [event["type"] for event in watch.Watch().stream(core.list_namespaced_config_map, NAMESPACE, field_selector="metadata.name=page-0", timeout_seconds=1)] == ["ADDED"]
    objects = dynamic.DynamicClient(api, cache_file=tempfile.mktemp()).resources.get(api_version="v1", kind="ConfigMap")
    assert [event["object"].metadata.name for event in objects.watch(namespace=NAMESPACE, field_selector="metadata.name=page-0", timeout=1)] == ["page-0"]


def pods():
    core.create_namespaced_service_account(NAMESPACE, client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="default")))
    made = core.create_namespaced_pod(NAMESPACE, pod("p"))
    assert (made.spec.restart_policy, made.status.phase, made.spec.containers[0].image_pull_policy) == ("Always", "Pending", "IfNotPresent")
    assert core.read_namespaced_pod_log("p", NAMESPACE) == ""
    code, status = refusal(core.read_namespaced_pod_log, "p", NAMESPACE, container="x")
    assert (code, status["message"]) == (400, "container x is not valid for pod p")
    assert refusal(core.read_namespaced_pod_log, "none", NAMESPACE)[0] == 404
    code, status = refusal(core.read_namespaced_pod_log, "p", NAMESPACE, tail_lines=-1)
    assert (code, status["details"]["causes"][0]["field"]) == (422, "tailLines"), status
    for call, arguments in ((core.connect_get_namespaced_pod_exec, {"command": ["ls"]}), (core.connect_get_namespaced_pod_attach, {}), (core.connect_get_namespaced_pod_exec, {"command": ["ls"], "container": "x"})):
        try:
            stream(call, "p", NAMESPACE, stdout=True, **arguments)
            raise AssertionError("there is no node to run it on")
        except ApiException as error:
            assert error.status == 0 and "Handshake status 400" in error.reason, error.reason
    # Required texts that are empty must be there: this client refuses an object without them.
    core.patch_namespaced_pod_status("p", NAMESPACE, {"status": {"containerStatuses": [
        {"name": "c", "image": "", "imageID": "", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}]}})
    waiting = core.list_pod_for_all_namespaces(label_selector="app=p").items[0].status.container_statuses[0]
    assert (waiting.image_id, waiting.state.waiting.reason) == ("", "ContainerCreating")
    core.create_namespaced_pod_binding("p", NAMESPACE, client.V1Binding(metadata=client.V1ObjectMeta(name="p"), target=client.V1ObjectReference(kind="Node", name="n1")), _preload_content=False)
    assert core.read_namespaced_pod("p", NAMESPACE).spec.node_name == "n1"
    assert core.create_namespaced_pod_eviction("p", NAMESPACE, client.V1Eviction(metadata=client.V1ObjectMeta(name="p")), _preload_content=False).status == 201
    going = core.delete_namespaced_pod("p", NAMESPACE, grace_period_seconds=0)
    assert going.metadata.name == "p"
    assert refusal(core.read_namespaced_pod, "p", NAMESPACE)[0] == 404


def reviews():
    review = client.AuthorizationV1Api(api).create_self_subject_access_review(client.V1SelfSubjectAccessReview(
        spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=client.V1ResourceAttributes(verb="get", resource="pods", namespace=NAMESPACE))))
    assert review.status.allowed is True
    owner = client.AuthenticationV1Api(api).create_token_review(client.V1TokenReview(spec=client.V1TokenReviewSpec(token="jane/devs")))
    assert owner.status.user.username == "jane" and "devs" in owner.status.user.groups
    rights = client.RbacAuthorizationV1Api(api)
    rights.create_namespaced_role(NAMESPACE, client.V1Role(metadata=client.V1ObjectMeta(name="reader"), rules=[client.V1PolicyRule(api_groups=[""], resources=["configmaps"], verbs=["get"])]))
    rights.create_namespaced_role_binding(NAMESPACE, client.V1RoleBinding(
        metadata=client.V1ObjectMeta(name="reader"), role_ref=client.V1RoleRef(api_group="", kind="Role", name="reader"), subjects=[client.V1Subject(kind="User", name="jane")]))
    assert client.CoreV1Api(connect("jane/devs")).read_namespaced_config_map("page-0", NAMESPACE).data == {"b": "2"}


def custom():
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 1}}}, "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}
    definitions = client.ApiextensionsV1Api(api)
    definitions.create_custom_resource_definition({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
                 "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}, "subresources": {"status": {}}}]}})
    for event in watch.Watch().stream(definitions.list_custom_resource_definition, timeout_seconds=30):
        if any(item.type == "Established" and item.status == "True" for item in event["object"].status.conditions or []):
            break
    objects = client.CustomObjectsApi(api)
    where = ("example.com", "v1", NAMESPACE, "widgets")
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w"}, "spec": {"size": 1}}
    made = objects.create_namespaced_custom_object(*where, widget)
    made["spec"]["size"] = 2
    assert objects.replace_namespaced_custom_object(*where, "w", made)["metadata"]["generation"] == 2
    code, status = refusal(objects.patch_namespaced_custom_object, *where, "w", {"spec": {"size": 0}})
    assert (code, status["details"]["causes"][0]["field"]) == (422, "spec.size"), status
    assert objects.patch_namespaced_custom_object_status(*where, "w", {"status": {"phase": "Good"}})["status"]["phase"] == "Good"
    assert [item["metadata"]["name"] for item in objects.list_cluster_custom_object("example.com", "v1", "widgets")["items"]] == ["w"]
    found = dynamic.DynamicClient(api, cache_file=tempfile.mktemp()).resources.get(api_version="example.com/v1", kind="Widget")
    applied = found.server_side_apply(body=json.dumps({**widget, "metadata": {"name": "v"}, "spec": {"size": 3}}), name="v", namespace=NAMESPACE, field_manager="python")
    assert applied.spec.size == 3
    assert objects.delete_namespaced_custom_object(*where, "w")["status"] == "Success"
    definitions.delete_custom_resource_definition("widgets.example.com")


def manifests():
    utils.create_from_dict(api, {"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one", "namespace": NAMESPACE}},
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "two"}, "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1"}]}}}}]})
    assert client.BatchV1Api(api).read_namespaced_job("two", NAMESPACE).spec.backoff_limit == 6


for step in (crud, errors, pages, patches, apply, watches, pods, reviews, custom, manifests):
    try:
        step()
        print(f"ok {step.__name__}", flush=True)
    except Exception:
        print(f"{step.__name__}: {traceback.format_exc()}", file=sys.stderr)
        sys.exit(1)
