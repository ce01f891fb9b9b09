using System.Net;
using System.Net.Sockets;
using System.Text;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orch.Client;
using Orch.Host.Composition;
using Orch.Testing.Time;
using HostFactory = Microsoft.Extensions.Hosting.Host;

namespace Orch.Host.Tests.Dns;

/// <summary>The DNS server over a real API server, with the rights that the policy gives it.</summary>
public sealed class ClusterDnsTests
{
    private static readonly Orch.Resources.ObjectKey Slice = new("kube-system", "kube-dns-n1");

    [Fact]
    public async Task Start_OverARealApiServer_IsAnnouncedAndAnswers()
    {
        var builder = HostFactory.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrchCluster(cluster => cluster.Configure(options => { options.Port = 0; options.BindAddress = "127.0.0.1"; }).UseMemoryStore().UseNoNodes());
        builder.Services.AddOrchDns(options => (options.NodeName, options.UpstreamResolvers) = ("n1", []));
        using var host = builder.Build();
        await host.StartAsync().Within("the cluster's start");
        var client = host.Services.GetRequiredService<OrchCluster>().CreateClient();
        var slices = client.Resource<V1EndpointSlice>();

        await Patience.UntilAsync(async () => (await slices.ListAsync(new ListRequest { Namespace = Slice.Namespace }, CancellationToken.None)).Items.Any(item => item.Metadata.Name == Slice.Name), "the endpoint");
        var slice = await slices.GetAsync(Slice, CancellationToken.None);
        var service = await client.Resource<V1Service>().GetAsync(new("kube-system", "kube-dns"), CancellationToken.None);
        var server = new IPEndPoint(IPAddress.Parse(slice.Endpoints[0].Addresses[0]), slice.Ports[0].Port!.Value);

        Assert.Equal("10.96.0.10", service.Spec.ClusterIP);
        await Patience.UntilAsync(async () => await AddressAsync(server, "kubernetes.default.svc.cluster.local") == "10.96.0.1", "the API server's name");
        await Patience.UntilAsync(async () => await AddressAsync(server, "kube-dns.kube-system.svc.cluster.local") == "10.96.0.10", "the server's own name");
        await host.StopAsync().Within("the cluster's end");
    }

    private static async Task<string?> AddressAsync(IPEndPoint server, string name)
    {
        var labels = name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        byte[] question = [1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. labels, 0, 0, 1, 0, 1];
        using var socket = new UdpClient(server.AddressFamily);
        await socket.SendAsync(question, server);
        var answer = (await socket.ReceiveAsync().Within("an answer")).Buffer;
        return (answer[3] & 0xF) == 0 && answer[7] == 1 ? new IPAddress(answer.AsSpan(^4..)).ToString() : null;
    }
}
