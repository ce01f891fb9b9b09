using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Admission;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission;

public sealed class AdmissionOrderTests
{
    [Fact]
    public void Default_IsUpstreamsOrder_WithOthersBeforeWebhooksAndQuota()
        => Assert.Equal(
            ["NamespaceLifecycle", "LimitRanger", "PodSecurity", "mine", "other", "MutatingAdmissionWebhook", "ValidatingAdmissionWebhook", "ResourceQuota"],
            Choose(new ApiServerOptions(), "ResourceQuota", "mine", "ValidatingAdmissionWebhook", "PodSecurity", "other", "MutatingAdmissionWebhook", "LimitRanger", "NamespaceLifecycle"));

    [Fact]
    public void OptIn_RunsOnlyWhenNamed()
    {
        var options = new ApiServerOptions();
        Assert.Equal(["Priority"], Choose(options, "OwnerReferencesPermissionEnforcement", "Priority"));
        options.EnabledAdmissionPlugins.Add("OwnerReferencesPermissionEnforcement");
        Assert.Equal(["Priority", "OwnerReferencesPermissionEnforcement"], Choose(options, "OwnerReferencesPermissionEnforcement", "Priority"));
    }

    [Fact]
    public void Disabled_IsLeftOut()
    {
        var options = new ApiServerOptions();
        options.DisabledAdmissionPlugins.Add("Priority");
        Assert.Equal(["PodSecurity"], Choose(options, "Priority", "PodSecurity"));
    }

    [Fact]
    public void WholeList_IsTakenAsItIs()
        => Assert.Equal(["b", "a"], Choose(new ApiServerOptions { AdmissionPlugins = ["b", "a"] }, "a", "b", "c"));

    [Theory]
    [InlineData("nonsense", "", "names \"nonsense\", which is not registered")]
    [InlineData("", "nonsense", "names \"nonsense\", which is not registered")]
    [InlineData("a", "a", "\"a\" stands in EnabledAdmissionPlugins and in DisabledAdmissionPlugins")]
    public void Names_ThatMakeNoSense_StopTheStart(string enabled, string disabled, string message)
    {
        var options = new ApiServerOptions();
        if (enabled.Length > 0) { options.EnabledAdmissionPlugins.Add(enabled); }
        if (disabled.Length > 0) { options.DisabledAdmissionPlugins.Add(disabled); }

        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => Choose(options, "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PluginOfAnOutsider_MutatesRefusesAndWarns()
    {
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<IAdmissionPlugin, Stamp>());

        var made = await server.Admin.Resource<V1ConfigMap>().CreateAsync(Map("fine"), CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => server.Admin.Resource<V1ConfigMap>().CreateAsync(Map("bad"), CancellationToken.None));

        Assert.Equal("jane was here", made.Metadata.Annotations["stamp"]);
        Assert.Equal("configmaps \"bad\" is forbidden: not this name", refusal.Message);
    }

    [Fact]
    public async Task DeletesOfACollection_AskAdmissionAboutEach()
    {
        var witness = new Witness();
        await using var server = await TestServer.ListenAsync(services: services => services.AddSingleton<IAdmissionPlugin>(witness));
        foreach (var name in (string[])["a", "b", "keep"]) { await server.Admin.Resource<V1ConfigMap>().CreateAsync(Map(name), CancellationToken.None); }
        witness.Seen.Clear();
        using var http = server.Http();

        var answer = await http.DeleteAsync(new Uri("/api/v1/namespaces/default/configmaps?fieldSelector=metadata.name!%3Dkeep", UriKind.Relative));

        Assert.True(answer.IsSuccessStatusCode);
        // The request names nobody.
        Assert.Equal(["Delete  old=a DeleteOptions", "Delete  old=b DeleteOptions"], witness.Seen);
    }

    [Fact]
    public async Task Streams_AskAdmissionWithTheirOptions()
    {
        var witness = new Witness();
        await using var server = await TestServer.ListenAsync(services: services => services.AddSingleton<IAdmissionPlugin>(witness));
        using var http = server.Http();

        await http.PostAsync(new Uri("/api/v1/namespaces/default/pods/p/exec?command=sh&command=-c&stdin=true&container=c", UriKind.Relative), null);

        Assert.Contains("Connect p/exec PodExecOptions sh,-c c", witness.Seen);
    }

    [Fact]
    public async Task Scale_IsShownAsScale_AndItsMutationCounts()
    {
        var witness = new Witness();
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<IAdmissionPlugin>(witness));
        await server.Admin.Resource<V1Deployment>().CreateAsync(Deployment(), CancellationToken.None);

        await server.Admin.Resource<V1Deployment>().UpdateSubresourceAsync(
            new ObjectKey("default", "d"), "scale", new V1Scale { Metadata = new V1ObjectMeta { Name = "d", NamespaceProperty = "default" }, Spec = new V1ScaleSpec { Replicas = 3 } }, CancellationToken.None);

        Assert.Contains("Update d/scale 1->3", witness.Seen);
        Assert.Equal(4, (await server.Admin.Resource<V1Deployment>().GetAsync(new ObjectKey("default", "d"), CancellationToken.None)).Spec.Replicas);
    }

    [Fact]
    public async Task Eviction_IsACreateOfTheSubresource_AndNoDelete()
    {
        var witness = new Witness();
        await using var server = await TestServer.StartAsync(options => options.DisabledAdmissionPlugins.Add("ServiceAccount"), services => services.AddSingleton<IAdmissionPlugin>(witness));
        var pods = server.Admin.Resource<V1Pod>();
        await pods.CreateAsync(new V1Pod { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] } }, CancellationToken.None);
        witness.Seen.Clear();

        await pods.CreateSubresourceAsync(new ObjectKey("default", "p"), "eviction", new V1Eviction { Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" } }, CancellationToken.None);

        Assert.Equal(["Create p/eviction V1Eviction"], witness.Seen);
    }

    private static List<string> Choose(ApiServerOptions options, params string[] registered)
        => [.. AdmissionOrder.Choose(registered.Select(static name => new Named(name)), options).Select(static plugin => plugin.Name)];

    private static V1ConfigMap Map(string name) => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" } };

    private static V1Deployment Deployment() => new()
    {
        Metadata = new V1ObjectMeta { Name = "d", NamespaceProperty = "default" },
        Spec = new V1DeploymentSpec
        {
            Replicas = 1,
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["a"] = "b" } },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["a"] = "b" } },
                Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "i" }] },
            },
        },
    };

    private sealed class Named(string name) : IValidatingAdmission
    {
        public string Name => name;

        public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => false;

        public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    // As somebody outside would write it: nothing internal is used.
    private sealed class Stamp : IMutatingAdmission, IValidatingAdmission
    {
        public string Name => "Stamp";

        public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => resource.Resource == "configmaps" && operation == AdmissionOperation.Create;

        public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
        {
            var map = (V1ConfigMap)request.Object!;
            map.Metadata.Annotations = new Dictionary<string, string> { ["stamp"] = "jane was here" };
            return ValueTask.CompletedTask;
        }

        public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken)
            => request.Name == "bad" ? throw Orch.Client.ApiErrors.Forbidden(request.Resource, request.Name, "not this name") : ValueTask.CompletedTask;
    }

    private sealed class Witness : IMutatingAdmission
    {
        public string Name => "Witness";

        public List<string> Seen { get; } = [];

        public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => resource.Resource is "configmaps" or "pods" or "deployments";

        public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
        {
            var place = request.Subresource.Length > 0 ? $"{request.Name}/{request.Subresource}" : request.Name;
            Seen.Add((request.Operation, request.Object) switch
            {
                (AdmissionOperation.Delete, _) => $"Delete {place} old={((V1ConfigMap)request.OldObject!).Metadata.Name} {request.Options!.Kind}",
                (_, Orch.ApiServer.Proxying.ConnectOptions options) => $"Connect {place} {request.Kind.Kind} {string.Join(',', options.Command ?? [])} {options.Container}",
                (_, V1Scale scale) => $"Update {place} {((V1Scale)request.OldObject!).Spec.Replicas}->{scale.Spec.Replicas}",
                _ => $"{request.Operation} {place} {request.Object!.GetType().Name}",
            });
            if (request.Object is V1Scale { Spec: { } spec }) { spec.Replicas = 4; }
            return ValueTask.CompletedTask;
        }
    }
}
