using k8s.Models;
using Orch.ApiServer.Security.Admission;
using Orch.ApiServer.Tests.Security;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission;

/// <summary>What pods are given, and where anything is made at all.</summary>
public sealed class PodDefaultsTests
{
    [Theory]
    [InlineData(null, null, "not-ready unreachable")]
    [InlineData("node.kubernetes.io/not-ready", "NoExecute", "unreachable")]
    [InlineData("node.kubernetes.io/not-ready", "", "unreachable")]
    [InlineData("node.kubernetes.io/not-ready", null, "unreachable")]
    [InlineData("node.kubernetes.io/not-ready", "NoSchedule", "not-ready unreachable")]
    [InlineData("node.kubernetes.io/unreachable", "NoExecute", "not-ready")]
    [InlineData("", "NoExecute", "")]
    [InlineData("", null, "")]
    [InlineData("", "PreferNoSchedule", "not-ready unreachable")]
    [InlineData("other", "NoExecute", "not-ready unreachable")]
    public async Task Tolerations_OfLostNodes_AreAddedWhereThePodSaysNothingOfThem(string? key, string? effect, string added)
    {
        var pod = new V1Pod { Spec = new V1PodSpec { Containers = [], Tolerations = effect is null && key is null ? null : [new V1Toleration { Key = key, Effect = effect, OperatorProperty = "Exists" }] } };
        var own = pod.Spec.Tolerations?.Count ?? 0;
        await new DefaultTolerationSeconds().AdmitAsync(Request(AdmissionOperation.Create, "pods", "default") with { Object = pod }, CancellationToken.None);
        Assert.Equal(added, string.Join(' ', (pod.Spec.Tolerations ?? []).Skip(own).Select(static item => item.Key["node.kubernetes.io/".Length..])));
        Assert.All((pod.Spec.Tolerations ?? []).Skip(own), static item => Assert.Equal(("Exists", "NoExecute", 300L), (item.OperatorProperty, item.Effect, item.TolerationSeconds)));
    }

    [Theory]
    [InlineData(AdmissionOperation.Create, "", "pods", "", true)]
    [InlineData(AdmissionOperation.Update, "", "pods", "", true)]
    [InlineData(AdmissionOperation.Delete, "", "pods", "", false)]
    [InlineData(AdmissionOperation.Update, "", "pods", "status", false)]
    [InlineData(AdmissionOperation.Create, "apps", "pods", "", false)]
    [InlineData(AdmissionOperation.Create, "", "nodes", "", false)]
    public void Tolerations_AreThoseOfPods(AdmissionOperation operation, string group, string resource, string subresource, bool handles)
        => Assert.Equal(handles, new DefaultTolerationSeconds().Handles(operation, new GroupVersionResource(group, "v1", resource), subresource));

    public static TheoryData<string, AdmissionOperation, string, string, string, string?> Places() => new()
    {
        // the situation, operation, resource, name, namespace, and the refusal
        { "there", AdmissionOperation.Create, "pods", "x", "a", null },
        { "ends by its phase", AdmissionOperation.Create, "pods", "x", "ending", "pods \"x\" is forbidden: unable to create new content in namespace ending because it is being terminated" },
        { "is deleted", AdmissionOperation.Create, "pods", "x", "deleted", "pods \"x\" is forbidden: unable to create new content in namespace deleted because it is being terminated" },
        { "is none", AdmissionOperation.Create, "pods", "x", "none", "namespaces \"none\" not found" },
        { "update as it ends", AdmissionOperation.Update, "pods", "x", "ending", null },
        { "delete where it is none", AdmissionOperation.Delete, "pods", "x", "none", null },
        { "of the cluster", AdmissionOperation.Create, "nodes", "x", "", null },
        { "review where it is none", AdmissionOperation.Create, "authorization.k8s.io/localsubjectaccessreviews", "x", "none", null },
        { "another of that name", AdmissionOperation.Create, "example.com/localsubjectaccessreviews", "x", "none", "namespaces \"none\" not found" },
        { "the system's own", AdmissionOperation.Delete, "namespaces", "kube-system", "", "namespaces \"kube-system\" is forbidden: this namespace may not be deleted" },
        { "the public one", AdmissionOperation.Delete, "namespaces", "kube-public", "", "namespaces \"kube-public\" is forbidden: this namespace may not be deleted" },
        { "the default one", AdmissionOperation.Delete, "namespaces", "default", "", "namespaces \"default\" is forbidden: this namespace may not be deleted" },
        { "any other", AdmissionOperation.Delete, "namespaces", "a", "", null },
        { "a change of the system's own", AdmissionOperation.Update, "namespaces", "kube-system", "", null },
        { "something else of that name", AdmissionOperation.Delete, "configmaps", "default", "a", null },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Namespace_MustBeThereAndStay(string situation, AdmissionOperation operation, string resource, string name, string space, string? message)
    {
        var lookup = new FakeLookup(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = "a" }, Status = new V1NamespaceStatus { Phase = "Active" } },
            new V1Namespace { Metadata = new V1ObjectMeta { Name = "ending" }, Status = new V1NamespaceStatus { Phase = "Terminating" } },
            new V1Namespace { Metadata = new V1ObjectMeta { Name = "deleted", DeletionTimestamp = DateTime.UnixEpoch }, Status = new V1NamespaceStatus { Phase = "Active" } });
        var refusal = await Record.ExceptionAsync(() => new NamespaceLifecycle(lookup).AdmitAsync(Request(operation, resource, space) with { Name = name }, CancellationToken.None).AsTask());
        Assert.True(message == refusal?.Message, $"{situation}: {refusal?.Message}");
        if (message?.EndsWith("terminated", StringComparison.Ordinal) != true) { return; }
        var cause = Assert.Single(((ApiException)refusal!).Status.Details.Causes);
        Assert.Equal(("NamespaceTerminating", $"namespace {space} is being terminated", "metadata.namespace"), (cause.Reason, cause.Message, cause.Field));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("t", true)]
    [InlineData("T", true)]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("True", true)]
    [InlineData("tRUE", false)]
    [InlineData("yes", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Secrets_AreHeldToTheAccount_WhereItsFlagIsSetAsGoReadsIt(string? flag, bool isHeld)
    {
        var account = new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "web", Annotations = flag is null ? null : new Dictionary<string, string> { ["kubernetes.io/enforce-mountable-secrets"] = flag } } };
        var spec = new V1PodSpec
        {
            Containers = [], Volumes = [new V1Volume { Secret = new V1SecretVolumeSource { SecretName = "s" } }],
            EphemeralContainers = [new V1EphemeralContainer { Name = "d", EnvFrom = [new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = "s" } }] }],
        };
        Assert.Equal(isHeld, MountableSecrets.FaultOf(spec, account) is not null);
        Assert.Equal(isHeld, MountableSecrets.FaultOfDebuggers(spec, account) is not null);
    }

    [Theory]
    [InlineData(AdmissionOperation.Create, "", "pods", "", true)]
    [InlineData(AdmissionOperation.Update, "", "pods", "ephemeralcontainers", true)]
    [InlineData(AdmissionOperation.Update, "", "pods", "", false)]
    [InlineData(AdmissionOperation.Create, "", "pods", "binding", false)]
    [InlineData(AdmissionOperation.Create, "metrics.example.com", "pods", "", false)]
    [InlineData(AdmissionOperation.Create, "", "replicationcontrollers", "", false)]
    public void Account_IsOfPods(AdmissionOperation operation, string group, string resource, string subresource, bool handles)
        => Assert.Equal(handles, new ServiceAccountAdmission(new FakeLookup(), new Random(1)).Handles(operation, new GroupVersionResource(group, "v1", resource), subresource));

    [Fact]
    public async Task Account_IsGivenOnlyToNewPodsThatAreNoMirrors_AndItsTokenWhereNothingIsMountedYet()
    {
        const string Path = "/var/run/secrets/kubernetes.io/serviceaccount";
        V1Pod Made() => new() { Metadata = new V1ObjectMeta { Name = "x" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "a" }, new V1Container { Name = "b", VolumeMounts = [new V1VolumeMount { Name = "own", MountPath = Path }] }] } };
        var plugin = new ServiceAccountAdmission(new FakeLookup(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "a" } }), new Random(1));

        var pod = Made();
        await plugin.AdmitAsync(Request(AdmissionOperation.Create, "pods", "a") with { Object = pod }, CancellationToken.None);
        Assert.Equal(("default", "default"), (pod.Spec.ServiceAccountName, pod.Spec.ServiceAccount));
        var volume = Assert.Single(pod.Spec.Volumes);
        Assert.Equal((volume.Name, Path, true), (pod.Spec.Containers[0].VolumeMounts[0].Name, pod.Spec.Containers[0].VolumeMounts[0].MountPath, pod.Spec.Containers[0].VolumeMounts[0].ReadOnlyProperty));
        Assert.Equal("own", Assert.Single(pod.Spec.Containers[1].VolumeMounts).Name);

        var mirror = Made();
        mirror.Metadata.Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" };
        await plugin.AdmitAsync(Request(AdmissionOperation.Create, "pods", "a") with { Object = mirror }, CancellationToken.None);
        var debugged = Made();
        await plugin.AdmitAsync(Request(AdmissionOperation.Update, "pods", "a") with { Subresource = "ephemeralcontainers", Object = debugged }, CancellationToken.None);
        Assert.All((V1Pod[])[mirror, debugged], static untouched => Assert.Equal((null, 0), (untouched.Spec.ServiceAccountName, untouched.Spec.Volumes?.Count ?? 0)));

        var refusal = await Record.ExceptionAsync(() => plugin.AdmitAsync(Request(AdmissionOperation.Create, "pods", "b") with { Object = Made() }, CancellationToken.None).AsTask());
        Assert.Equal("pods \"x\" is forbidden: error looking up service account b/default: serviceaccount \"default\" not found", refusal?.Message);
    }

    private static AdmissionRequest Request(AdmissionOperation operation, string resource, string space)
    {
        var group = resource.Contains('/', StringComparison.Ordinal) ? resource.Split('/')[0] : string.Empty;
        return new AdmissionRequest(operation, new GroupVersionResource(group, "v1", resource.Split('/')[^1]), new GroupVersionKind(group, "v1", "X"), new UserInfo("jane", [])) { Namespace = space, Name = "x" };
    }
}
