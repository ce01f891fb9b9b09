using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Storage;

/// <summary>Volumes, claims and classes of storage: what protects them, what of them changes, and by which path.</summary>
public sealed class PersistentVolumeTests : HttpServerTests
{
    private const string Volumes = "/api/v1/persistentvolumes";
    private const string Claims = "/api/v1/namespaces/default/persistentvolumeclaims";
    private const string Storage = "/apis/storage.k8s.io/v1/";

    [Fact]
    public async Task Volume_AndClaim_AreProtected_AndReportInTheirStatus()
    {
        var volume = await _http.MakeAsync(Volumes, """{"metadata":{"name":"v","labels":{"e":"1"}},"spec":{"capacity":{"storage":"2Gi"},"accessModes":["ReadWriteOnce"],"storageClassName":"","hostPath":{"path":"/tmp/a"}}}""");
        Assert.Equal(["kubernetes.io/pv-protection"], volume["metadata"]!["finalizers"]!.AsArray().Select(static item => (string)item!));
        Assert.Equal(("Retain", "Filesystem", ""), ((string)volume["spec"]!["persistentVolumeReclaimPolicy"]!, (string)volume["spec"]!["volumeMode"]!, (string)volume["spec"]!["hostPath"]!["type"]!));
        Assert.Null(volume["spec"]!["storageClassName"]);
        var claim = await _http.MakeAsync(Claims, """{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"","volumeName":"","resources":{"requests":{"storage":"2Gi"}}}}""");
        Assert.Equal(["kubernetes.io/pvc-protection"], claim["metadata"]!["finalizers"]!.AsArray().Select(static item => (string)item!));
        Assert.Equal(("", null), ((string)claim["spec"]!["storageClassName"]!, claim["spec"]!["volumeName"]));

        claim = await _http.ChangeAsync(Claims + "/c/status", """{"status":{"conditions":[{"type":"StatusPatched","status":"True","reason":"E2E"}]}}""", ApiCaller.Strategic);
        Assert.Equal(("Pending", "StatusPatched"), ((string)claim["status"]!["phase"]!, (string)claim["status"]!["conditions"]![0]!["type"]!));
        volume = await _http.ChangeAsync(Volumes + "/v/status", """{"status":{"message":"StatusPatched","reason":"E2E"}}""", ApiCaller.Strategic);
        Assert.Equal(("StatusPatched", "Pending"), ((string)volume["status"]!["message"]!, (string)volume["status"]!["phase"]!));
        volume["status"]!["message"] = "StatusUpdated";
        Assert.Equal("StatusUpdated", (string)(await _http.ReplaceAsync(Volumes + "/v/status", volume))["status"]!["message"]!);
        Assert.StartsWith("PersistentVolume \"v\" is invalid: spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation", await RefusedAsync(Volumes + "/v", """{"spec":{"hostPath":{"path":"/x"}}}"""), StringComparison.Ordinal);
        Assert.StartsWith("PersistentVolumeClaim \"c\" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims", await RefusedAsync(Claims + "/c", """{"spec":{"resources":{"requests":{"storage":"5Gi"}}}}"""), StringComparison.Ordinal);

        var going = await _http.RemoveAsync(Claims + "/c");
        Assert.NotNull(going["metadata"]!["deletionTimestamp"]);
        Assert.Equal(0, (int)(await _http.ReadAsync(Claims + "/c"))["metadata"]!["deletionGracePeriodSeconds"]!);
        await _http.ChangeAsync(Claims + "/c", """{"metadata":{"finalizers":null}}""");
        await _http.GoneAsync(Claims + "/c");
    }

    public static TheoryData<string, string, string, string, string> Fixed => new()
    {
        { "storageclasses", "StorageClass", """{"provisioner":"e2e","parameters":{"a":"b"}}""", """{"parameters":{"a":"c"}}""", "parameters: Forbidden: updates to parameters are forbidden." },
        { "storageclasses", "StorageClass", """{"provisioner":"e2e"}""", """{"provisioner":"x"}""", "provisioner: Forbidden: updates to provisioner are forbidden." },
        { "csidrivers", "CSIDriver", "{\"spec\":{}}", """{"spec":{"attachRequired":false}}""", "spec.attachedRequired: Invalid value: false: field is immutable" },
        { "volumeattributesclasses", "VolumeAttributesClass", """{"driverName":"d","parameters":{"a":"b"}}""", """{"parameters":{"a":"c"}}""", "parameters: Forbidden: updates to parameters are forbidden." },
        { "namespaces/default/csistoragecapacities", "CSIStorageCapacity", """{"storageClassName":"s"}""", """{"storageClassName":"x"}""", "storageClassName: Invalid value: \"x\": field is immutable" },
    };

    [Theory]
    [MemberData(nameof(Fixed))]
    public async Task Fields_OfClassesAndDrivers_AreForGood(string plural, string kind, string body, string patch, string fault)
    {
        var item = JsonNode.Parse(body)!;
        item["metadata"] = new JsonObject { ["name"] = "x" };
        await _http.MakeAsync(Storage + plural, item.ToJsonString());
        Assert.Equal($"{kind}.storage.k8s.io \"x\" is invalid: {fault}", await RefusedAsync($"{Storage}{plural}/x", patch));
        Assert.Equal("patched", (string)(await _http.ChangeAsync($"{Storage}{plural}/x", """{"metadata":{"labels":{"x":"patched"}}}""", ApiCaller.Strategic))["metadata"]!["labels"]!["x"]!);
    }

    [Fact]
    public async Task Driver_ThatChanges_CountsIt()
    {
        await _http.MakeAsync(Storage + "csidrivers", """{"metadata":{"name":"d"},"spec":{}}""");
        Assert.Null((await _http.ReadAsync(Storage + "csidrivers/d")).Generation());
        Assert.Equal(1, (await _http.ChangeAsync(Storage + "csidrivers/d", """{"spec":{"storageCapacity":true}}""")).Generation());
    }

    private Task<string> RefusedAsync(string path, string patch) => _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", path, patch, ApiCaller.Merge);
}
