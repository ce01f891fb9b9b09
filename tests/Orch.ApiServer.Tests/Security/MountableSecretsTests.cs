using k8s.Models;
using Orch.ApiServer.Security.Admission;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Security;

public sealed class MountableSecretsTests
{
    private const string Tail = " is not allowed because service account web does not reference that secret";

    public static TheoryData<string, string?> Pods => new()
    {
        { """{"containers":[{"name":"c"}],"volumes":[{"name":"v","secret":{"secretName":"mine"}},{"name":"w","configMap":{"name":"x"}}],"imagePullSecrets":[{"name":"pull"}]}""", null },
        { """{"containers":[{"name":"c","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"mine","key":"k"}}}],"envFrom":[{"secretRef":{"name":"mine"}},{"configMapRef":{"name":"x"}}]}]}""", null },
        { """{"containers":[{"name":"c"}],"volumes":[{"name":"v","secret":{"secretName":"other"}}]}""", "volume with secret.secretName=\"other\"" + Tail },
        { """{"containers":[{"name":"c","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"other","key":"k"}}}]}]}""", "container c with envVar A referencing secret.secretName=\"other\"" + Tail },
        { """{"containers":[{"name":"c","envFrom":[{"secretRef":{"name":"other"}}]}]}""", "container c with envFrom referencing secret.secretName=\"other\"" + Tail },
        { """{"containers":[{"name":"c"}],"initContainers":[{"name":"i","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"other","key":"k"}}}]}]}""", "init container i with envVar A referencing secret.secretName=\"other\"" + Tail },
        { """{"containers":[{"name":"c"}],"initContainers":[{"name":"i","envFrom":[{"secretRef":{"name":"other"}}]}]}""", "init container i with envFrom referencing secret.secretName=\"other\"" + Tail },
        { """{"containers":[{"name":"c"}],"imagePullSecrets":[{"name":"pull"},{"name":"mine"}]}""", "imagePullSecrets[1].name=\"mine\" is not allowed because service account web does not reference that imagePullSecret" },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public async Task Pod_IsHeldToTheSecretsOfItsAccount(string spec, string? fault)
    {
        Assert.Equal(fault, await FaultAsync(spec, "true"));
        Assert.Null(await FaultAsync(spec, "false"));
        Assert.Null(await FaultAsync(spec, null));
    }

    [Theory]
    [InlineData("""[{"name":"d","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"mine","key":"k"}}}]}]""", null)]
    [InlineData("""[{"name":"d","env":[{"name":"A","valueFrom":{"secretKeyRef":{"name":"other","key":"k"}}}]}]""", "ephemeral container d with envVar A referencing secret.secretName=\"other\"" + Tail)]
    [InlineData("""[{"name":"d","envFrom":[{"secretRef":{"name":"other"}}]}]""", "ephemeral container d with envFrom referencing secret.secretName=\"other\"" + Tail)]
    public async Task DebugContainers_AreHeldToThem(string containers, string? fault)
        // What the pod itself was made with before is not looked at again.
        => Assert.Equal(fault, await FaultAsync($$$"""{"containers":[{"name":"c","envFrom":[{"secretRef":{"name":"other"}}]}],"ephemeralContainers":{{{containers}}}}""", "1", AdmissionOperation.Update, "ephemeralcontainers"));

    private static async Task<string?> FaultAsync(string spec, string? annotation, AdmissionOperation operation = AdmissionOperation.Create, string subresource = "")
    {
        var account = new V1ServiceAccount
        {
            Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default", Annotations = annotation is null ? null : new Dictionary<string, string> { ["kubernetes.io/enforce-mountable-secrets"] = annotation } },
            Secrets = [new V1ObjectReference { Name = "mine" }],
            ImagePullSecrets = [new V1LocalObjectReference { Name = "pull" }],
        };
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" }, Spec = ApiJson.Deserialize<V1PodSpec>(System.Text.Encoding.UTF8.GetBytes(spec)) };
        pod.Spec.ServiceAccountName = "web";
        pod.Spec.AutomountServiceAccountToken = false;
        var pods = new GroupVersionResource(string.Empty, "v1", "pods");
        var request = new AdmissionRequest(operation, pods, new GroupVersionKind(string.Empty, "v1", "Pod"), new UserInfo("jane", [])) { Namespace = "default", Name = "p", Subresource = subresource, Object = pod };
        var plugin = new ServiceAccountAdmission(new FakeLookup(account), new Random(1));
        Assert.True(plugin.Handles(operation, pods, subresource));
        await plugin.AdmitAsync(request, default);
        if (await Record.ExceptionAsync(() => plugin.ValidateAsync(request, default).AsTask()) is not { } refused) { return null; }
        const string Head = "pods \"p\" is forbidden: ";
        var refusal = Assert.IsType<ApiException>(refused);
        Assert.StartsWith(Head, refusal.Message, StringComparison.Ordinal);
        return refusal.Message[Head.Length..];
    }
}
