using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Allocation;

/// <summary>What is shown of the addresses that services have.</summary>
public sealed class ServiceAddressTests
{
    [Fact]
    public async Task Start_ShowsTheRangeOfServices()
    {
        await using var server = await TestServer.StartAsync(static options => options.ServiceCidr = "10.9.0.0/16");

        var range = await server.Admin.Resource<V1ServiceCIDR>().GetAsync(ObjectKey.Cluster("kubernetes"), default);
        Assert.Equal(["10.9.0.0/16"], range.Spec.Cidrs);
        var condition = Assert.Single(range.Status.Conditions);
        Assert.Equal(("Ready", "True", "Kubernetes default Service CIDR is ready"), (condition.Type, condition.Status, condition.Message));
    }

    [Fact]
    public async Task Service_MadeAndDeleted_ItsAddressesFollow()
    {
        await using var server = await TestServer.StartAsync();
        var addresses = server.Admin.Resource<V1IPAddress>();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var events = addresses.WatchAsync(new WatchRequest(null), cancellation.Token).GetAsyncEnumerator(cancellation.Token);
        var service = await server.Admin.Resource<V1Service>().CreateAsync(new V1Service
        {
            Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
            Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 80 }] },
        }, default);

        var made = await NextAsync(events, service.Spec.ClusterIP);
        Assert.Equal((WatchEventKind.Added, "services", "default", "web"), (made.Kind, made.Object!.Spec.ParentRef.Resource, made.Object.Spec.ParentRef.NamespaceProperty, made.Object.Spec.ParentRef.Name));
        Assert.Equal(("IPv4", "ipallocator.k8s.io"), (made.Object.Metadata.Labels["ipaddress.kubernetes.io/ip-family"], made.Object.Metadata.Labels["ipaddress.kubernetes.io/managed-by"]));

        await server.Admin.Resource<V1Service>().DeleteAsync(new ObjectKey("default", "web"), DeleteRequest.Default, default);
        Assert.Equal(WatchEventKind.Deleted, (await NextAsync(events, service.Spec.ClusterIP)).Kind);
        await events.DisposeAsync();
    }

    private static async Task<WatchEvent<V1IPAddress>> NextAsync(IAsyncEnumerator<WatchEvent<V1IPAddress>> events, string name)
    {
        while (await events.MoveNextAsync().AsTask().Within("an event of the address"))
        {
            if (events.Current.Object?.Metadata.Name == name) { return events.Current; }
        }

        throw new InvalidOperationException("the watch ended");
    }
}
