using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Hosting;

public sealed class CompositionTests
{
    [Fact]
    public async Task Services_RegisteredTwice_AreOneValidServer()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddOrchMemoryStore();
        builder.Services.AddOrchApiServer(options => options.Listens = false);
        builder.Services.AddOrchApiServer(options => options.MaxReadsInFlight = 7);
        builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }));
        using var host = builder.Build();

        Assert.Single(host.Services.GetServices<IHostedService>(), service => service is ApiServerService);
        Assert.Equal((false, 7), (host.Services.GetRequiredService<IOptions<ApiServerOptions>>().Value.Listens, host.Services.GetRequiredService<IOptions<ApiServerOptions>>().Value.MaxReadsInFlight));
        await Task.CompletedTask;
    }

    [Fact]
    public void Options_WithFaults_AllAreNamedWithTheirFix()
    {
        var result = new ApiServerOptionsValidator().Validate(null, new ApiServerOptions { BindAddress = "here", Port = 70000, ServiceCidr = "10.0.0.0" });
        Assert.True(result.Failed);
        Assert.Equal(
            [
                "Orch:ApiServer:BindAddress \"here\" is no IP address; give one such as \"0.0.0.0\".",
                "Orch:ApiServer:Port \"70000\" must be 1 to 65535, or 0 for a free port.",
                "Orch:ApiServer:ServingCertificate \"\" must be a certificate with its private key; set one, or set Listens to false for a server that only clients in the process reach.",
                "Orch:ApiServer:ServiceCidr \"10.0.0.0\" is no address range; give one such as \"10.96.0.0/16\", its host bits zero.",
            ],
            result.Failures);
    }

    [Fact]
    public void Names_UnknownOrTwice_StopTheServer()
    {
        string[] registered = ["a", "b"];
        Assert.Equal(["b", "a"], NamedSet.Choose(registered, name => name, ["b", "a"], "Authorizers"));
        Assert.Equal(registered, NamedSet.Choose(registered, name => name, null, "Authorizers"));
        Assert.Equal("Orch:ApiServer:Authorizers names \"c\", which is not registered; known are a, b.",
            Assert.Throws<InvalidOperationException>(() => NamedSet.Choose(registered, name => name, ["c"], "Authorizers")).Message);
        Assert.Equal("Orch:ApiServer:Authorizers names \"a\" twice; name it once.",
            Assert.Throws<InvalidOperationException>(() => NamedSet.Choose(registered, name => name, ["a", "a"], "Authorizers")).Message);
        Assert.Throws<InvalidOperationException>(() => NamedSet.Choose(["a", "a"], name => name, null, "Authorizers"));
    }

    [Fact]
    public async Task TwoServers_InOneProcess_ShareNothing()
    {
        await using var first = await TestServer.ListenAsync();
        await using var second = await TestServer.ListenAsync();
        await first.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "a", NamespaceProperty = "default" } }, CancellationToken.None);

        Assert.NotEqual(first.Address, second.Address);
        var error = await Assert.ThrowsAsync<ApiException>(() => second.Admin.Resource<V1ConfigMap>().GetAsync(new ObjectKey("default", "a"), CancellationToken.None));
        Assert.True(error.IsNotFound);
    }

    [Fact]
    public async Task Start_MakesTheFirstObjects_AndPublishesItself()
    {
        await using var server = await TestServer.ListenAsync(options => options.AdvertiseAddress = "192.0.2.7");
        var namespaces = await server.Admin.Resource<V1Namespace>().ListAsync(ListRequest.All, CancellationToken.None);
        Assert.Equal(["default", "kube-node-lease", "kube-public", "kube-system"], namespaces.Items.Select(item => item.Metadata.Name));
        var classes = await server.Admin.Resource<V1PriorityClass>().ListAsync(ListRequest.All, CancellationToken.None);
        Assert.Equal([("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)], classes.Items.Select(item => (item.Metadata.Name, item.Value)));

        var key = new ObjectKey("default", "kubernetes");
        Assert.Equal("10.96.0.1", (await server.Admin.Resource<V1Service>().GetAsync(key, CancellationToken.None)).Spec.ClusterIP);
        var slice = await server.Admin.Resource<V1EndpointSlice>().GetAsync(key, CancellationToken.None);
        Assert.Equal(("192.0.2.7", server.Address.Port), (slice.Endpoints[0].Addresses[0], slice.Ports[0].Port));
        var endpoints = await server.Admin.Resource<V1Endpoints>().GetAsync(key, CancellationToken.None);
        Assert.Equal("192.0.2.7", endpoints.Subsets[0].Addresses[0].Ip);
    }

    [Fact]
    public async Task Kind_OfOnesOwn_IsServedLikeTheOthers()
    {
        await using var server = await TestServer.ListenAsync(null, services => services.AddResource<LeaseCandidates>());
        var made = await server.Admin.Resource<V1beta1LeaseCandidate>().CreateAsync(
            new V1beta1LeaseCandidate { Metadata = new V1ObjectMeta { Name = "fast" }, Spec = new V1beta1LeaseCandidateSpec { LeaseName = "h" } }, CancellationToken.None);
        Assert.Equal("coordination.k8s.io/v1beta1", made.ApiVersion);
        using var http = server.Http();
        Assert.Contains("\"name\":\"leasecandidates\"", await http.GetStringAsync(new Uri("/apis/coordination.k8s.io/v1beta1", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("\"leaseName\":\"h\"", await http.GetStringAsync(new Uri("/apis/coordination.k8s.io/v1beta1/leasecandidates/fast", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAuthorizers_OnlySuperusersMayDoAnything()
    {
        await using var server = await TestServer.StartAsync(options => options.Authorizers = []);
        await server.Admin.Resource<V1ConfigMap>().ListAsync(ListRequest.All, CancellationToken.None);
        var error = await Assert.ThrowsAsync<ApiException>(
            () => server.Client(ClientIdentity.Component("system:kube-scheduler")).Resource<V1Pod>().ListAsync(ListRequest.All, CancellationToken.None));
        Assert.True(error.IsForbidden);
    }

    private sealed class LeaseCandidates() : ResourceDeclaration<V1beta1LeaseCandidate>("leasecandidates", ResourceScope.Cluster);
}
