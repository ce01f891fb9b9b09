using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Admission;
using Orch.ApiServer.Security.Authorization;
using Orch.ApiServer.Security.Bootstrap;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class AdmissionTests
{
    private static readonly GroupVersionResource Pods = new(string.Empty, "v1", "pods");
    private static readonly UserInfo Jane = new("jane", ["system:authenticated"]);
    private static readonly V1ServiceAccount Account = new() { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default", Uid = "u" }, ImagePullSecrets = [new V1LocalObjectReference { Name = "pull" }] };

    [Fact]
    public async Task Namespace_Absent_IsNotFound()
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(() => new NamespaceLifecycle(new FakeLookup()).AdmitAsync(Create(Pod()), CancellationToken.None).AsTask());

        Assert.Equal("namespaces \"default\" not found", refusal.Message);
    }

    [Fact]
    public async Task Namespace_ThatEnds_TakesNothingNewAndSaysWhy()
    {
        var ending = new V1Namespace { Metadata = new V1ObjectMeta { Name = "default", DeletionTimestamp = DateTime.UnixEpoch }, Status = new V1NamespaceStatus { Phase = "Terminating" } };

        var refusal = await Assert.ThrowsAsync<ApiException>(() => new NamespaceLifecycle(new FakeLookup(ending)).AdmitAsync(Create(Pod()), CancellationToken.None).AsTask());

        Assert.True(refusal.IsForbidden);
        Assert.Contains("because it is being terminated", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("NamespaceTerminating", refusal.Status.Details.Causes.Single().Reason);
    }

    [Fact]
    public async Task Namespace_OfTheSystem_CannotBeDeleted()
    {
        var request = new AdmissionRequest(AdmissionOperation.Delete, new GroupVersionResource(string.Empty, "v1", "namespaces"), new GroupVersionKind(string.Empty, "v1", "Namespace"), Jane) { Name = "kube-system" };

        Assert.True((await Assert.ThrowsAsync<ApiException>(() => new NamespaceLifecycle(new FakeLookup()).AdmitAsync(request, CancellationToken.None).AsTask())).IsForbidden);
    }

    [Fact]
    public async Task ServiceAccount_PodThatNamesNone_GetsDefaultTokenAndPullSecrets()
    {
        var pod = Pod();

        await new ServiceAccountAdmission(new FakeLookup(Account), new Random(1)).AdmitAsync(Create(pod), CancellationToken.None);

        Assert.Equal("default", pod.Spec.ServiceAccountName);
        Assert.Equal("pull", pod.Spec.ImagePullSecrets.Single().Name);
        var mount = pod.Spec.Containers[0].VolumeMounts.Single();
        Assert.Equal("/var/run/secrets/kubernetes.io/serviceaccount", mount.MountPath);
        var volume = Assert.Single(pod.Spec.Volumes);
        Assert.Equal(mount.Name, volume.Name);
        Assert.Equal(3607, volume.Projected.Sources[0].ServiceAccountToken.ExpirationSeconds);
    }

    [Fact]
    public async Task ServiceAccount_PodThatWantsNoToken_GetsNone()
    {
        var pod = Pod();
        pod.Spec.AutomountServiceAccountToken = false;

        await new ServiceAccountAdmission(new FakeLookup(Account), new Random(1)).AdmitAsync(Create(pod), CancellationToken.None);

        Assert.Null(pod.Spec.Volumes);
    }

    [Fact]
    public async Task ServiceAccount_Absent_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(() => new ServiceAccountAdmission(new FakeLookup(), new Random(1)).AdmitAsync(Create(Pod()), CancellationToken.None).AsTask());

        Assert.Contains("serviceaccount \"default\" not found", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", null)]
    [InlineData("account", "a mirror pod may not reference service accounts")]
    [InlineData("secret", "a mirror pod may not reference secrets")]
    [InlineData("token", "a mirror pod may not use ServiceAccountToken volume projections")]
    public async Task ServiceAccount_MirrorPod_MayUseNothingOfTheCluster(string what, string? fault)
    {
        var pod = Pod();
        pod.Metadata.Annotations = new Dictionary<string, string> { ["kubernetes.io/config.mirror"] = "x" };
        if (what == "account") { pod.Spec.ServiceAccountName = "default"; }
        if (what == "secret") { pod.Spec.ImagePullSecrets = [new V1LocalObjectReference { Name = "s" }]; }
        if (what == "token") { pod.Spec.Volumes = [new V1Volume { Name = "t", Projected = new V1ProjectedVolumeSource { Sources = [new V1VolumeProjection { ServiceAccountToken = new V1ServiceAccountTokenProjection { Path = "t" } }] } }]; }

        var refusal = await Record.ExceptionAsync(() => new ServiceAccountAdmission(new FakeLookup(Account), new Random(1)).ValidateAsync(Create(pod), CancellationToken.None).AsTask());

        Assert.Equal(fault is null, refusal is null);
        Assert.EndsWith(fault ?? string.Empty, refusal?.Message ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tolerations_PodWithItsOwn_KeepsItAndGetsTheOther()
    {
        var pod = Pod();
        pod.Spec.Tolerations = [new V1Toleration { Key = "node.kubernetes.io/not-ready", OperatorProperty = "Exists", Effect = "NoExecute", TolerationSeconds = 5 }];

        await new DefaultTolerationSeconds().AdmitAsync(Create(pod), CancellationToken.None);

        Assert.Equal([5, 300], pod.Spec.Tolerations.Select(toleration => toleration.TolerationSeconds));
    }

    [Theory]
    [InlineData(null, 0, null)]
    [InlineData("high", 1000, null)]
    [InlineData("absent", 0, "no PriorityClass with name absent was found")]
    public async Task Priority_ByClass_IsFilledInOrRefused(string? className, int priority, string? message)
    {
        var pod = Pod();
        pod.Spec.PriorityClassName = className;
        var plugin = new PriorityAdmission(new FakeLookup(new V1PriorityClass { Metadata = new V1ObjectMeta { Name = "high" }, Value = 1000 }));

        var refusal = await Record.ExceptionAsync(() => plugin.AdmitAsync(Create(pod), CancellationToken.None).AsTask());

        if (message is null) { Assert.Equal(priority, pod.Spec.Priority); }
        else { Assert.Contains(message, refusal!.Message, StringComparison.Ordinal); }
    }

    [Theory]
    [InlineData("n1", true)]
    [InlineData("n2", false)]
    public async Task NodeRestriction_PodStatus_OnlyOfItsOwnPods(string node, bool allowed)
    {
        var pod = Pod();
        pod.Spec.NodeName = node;
        var request = new AdmissionRequest(AdmissionOperation.Update, Pods, new GroupVersionKind(string.Empty, "v1", "Pod"), new UserInfo("system:node:n1", ["system:nodes"]))
        {
            Subresource = "status", Namespace = "default", Name = "p", Object = pod, OldObject = pod,
        };

        var refusal = await Record.ExceptionAsync(() => new NodeRestriction(new FakeLookup(pod)).ValidateAsync(request, CancellationToken.None).AsTask());

        Assert.Equal(allowed, refusal is null);
    }

    [Theory]
    [InlineData("get", true)]
    [InlineData("get delete", false)]
    public async Task Escalation_RoleBeyondOnesOwn_IsRefused(string verbs, bool allowed)
    {
        var lookup = new FakeLookup(BootstrapPolicy.ClusterRole("mine", BootstrapPolicy.Rule("get", "core", "pods")), BootstrapPolicy.Bind("mine", "mine", BootstrapPolicy.User("jane")));
        var role = BootstrapPolicy.ClusterRole("wanted", BootstrapPolicy.Rule(verbs, "core", "pods"));
        var request = new AdmissionRequest(AdmissionOperation.Create, new GroupVersionResource(BootstrapPolicy.Group, "v1", "clusterroles"),
            new GroupVersionKind(BootstrapPolicy.Group, "v1", "ClusterRole"), Jane) { Name = "wanted", Object = role };

        using var rbac = new RbacAuthorizer(lookup);
        var refusal = await Record.ExceptionAsync(() => new RbacEscalation(rbac, rbac.AuthorizeAsync, lookup).ValidateAsync(request, CancellationToken.None).AsTask());

        Assert.Equal(allowed, refusal is null);
        if (!allowed) { Assert.Contains("is attempting to grant RBAC permissions not currently held", refusal!.Message, StringComparison.Ordinal); }
    }

    private static AdmissionRequest Create(IKubernetesObject value)
        => new(AdmissionOperation.Create, Pods, new GroupVersionKind(string.Empty, "v1", "Pod"), Jane) { Namespace = "default", Name = "p", Object = value };

    private static V1Pod Pod() => new()
    {
        Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] },
    };
}
