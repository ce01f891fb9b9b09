using System.Diagnostics;
using System.Net;
using Orch.Networking.Proxy;
using Orch.Resources;

namespace Orch.Networking.Tests.Proxy;

/// <summary>Sends real packets through the rules: a node's namespace with two pods and somebody outside.</summary>
[Trait("Needs", "Root")]
public sealed class NftablesProxyPacketTests : IAsyncLifetime
{
    private const string ServiceAddress = "10.96.0.10";
    private static readonly ServicePortKey Key = new(new ObjectKey("default", "web"), 80, "TCP");
    private readonly string _id = Guid.NewGuid().ToString("N")[..6];
    private readonly string _content = Directory.CreateTempSubdirectory("orch-proxy-").FullName;
    private readonly List<Process> _servers = [];
    private NftablesProxy? _proxy;

    private string Node => $"n{_id}";

    public async Task InitializeAsync()
    {
        if (!CanRun()) { return; }
        foreach (var name in new[] { Node, "a" + _id, "b" + _id, "o" + _id }) { await MustAsync($"ip netns add {name}"); }
        await ConnectAsync("a", "10.244.0.1", "10.244.0.2");
        await ConnectAsync("b", "10.244.0.1", "10.244.0.3");
        await ConnectAsync("o", "192.168.77.1", "192.168.77.2");
        await MustAsync($"ip netns exec {Node} sysctl -qw net.ipv4.ip_forward=1");
        await MustAsync($"ip -n {Node} link set lo up");
        await MustAsync($"ip -n {Node} route add 10.96.0.0/16 dev va{_id}");
        _proxy = new NftablesProxy("t_" + _id, ["ip", "netns", "exec", Node]);
        foreach (var pod in new[] { "a", "b" })
        {
            var content = Directory.CreateDirectory(Path.Combine(_content, pod)).FullName;
            await File.WriteAllTextAsync(Path.Combine(content, "index.html"), pod);
            _servers.Add(Process.Start(new ProcessStartInfo("ip", ["netns", "exec", pod + _id, "busybox", "httpd", "-f", "-p", "8080", "-h", content]))!);
        }

        foreach (var pod in new[] { "10.244.0.2", "10.244.0.3" }) { await EventuallyAsync(Node, pod, 8080); }
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers) { server.Kill(true); server.Dispose(); }
        foreach (var name in new[] { Node, "a" + _id, "b" + _id, "o" + _id }) { await RunAsync($"ip netns del {name}"); }
        Directory.Delete(_content, recursive: true);
    }

    [SkippableFact]
    public async Task ClusterAddress_FromPodNodeAndOneself_ReachesBothEndpoints()
    {
        Skip.IfNot(CanRun(), "needs root, nftables, iproute2 and busybox");
        await LoadAsync(Route());

        foreach (var from in new[] { "a" + _id, "b" + _id, Node })
        {
            var answers = new HashSet<string>();
            for (var i = 0; i < 30; i++) { answers.Add(await AskAsync(from, ServiceAddress, 80)); }
            Assert.Equal(["a", "b"], answers.Order());
        }
    }

    [SkippableFact]
    public async Task NodePort_FromOutside_ReachesBothEndpoints()
    {
        Skip.IfNot(CanRun(), "needs root, nftables, iproute2 and busybox");
        await LoadAsync(Route());

        var answers = new HashSet<string>();
        for (var i = 0; i < 30; i++) { answers.Add(await AskAsync("o" + _id, "192.168.77.1", 30080)); }

        Assert.Equal(["a", "b"], answers.Order());
    }

    [SkippableFact]
    public async Task Slot_TakenBetweenDrawAndLookUp_LeadsToTheFirst()
    {
        Skip.IfNot(CanRun(), "needs root, nftables, iproute2 and busybox");
        await LoadAsync(Route());

        // As a connection sees it that drew before a change and looks up after it.
        await MustAsync($"ip netns exec {Node} nft delete element ip t_{_id} endpoints {{ {ServiceAddress} . tcp . 80 . 1 }}");
        await MustAsync($"ip netns exec {Node} nft delete element ip t_{_id} node_endpoints {{ tcp . 30080 . 1 }}");

        for (var i = 0; i < 15; i++)
        {
            Assert.Equal("a", await AskAsync("b" + _id, ServiceAddress, 80));
            Assert.Equal("a", await AskAsync("o" + _id, "192.168.77.1", 30080));
        }
    }

    [SkippableFact]
    public async Task Affinity_ManyConnections_StayWithOneEndpointUntilItGoes()
    {
        Skip.IfNot(CanRun(), "needs root, nftables, iproute2 and busybox");
        var route = Route() with { AffinityTimeout = TimeSpan.FromMinutes(1) };
        await LoadAsync(route);
        var first = await AskAsync(Node, ServiceAddress, 80);
        for (var i = 0; i < 20; i++) { Assert.Equal(first, await AskAsync(Node, ServiceAddress, 80)); }

        var other = route.Endpoints.Where(endpoint => endpoint.Address.ToString() != (first == "a" ? "10.244.0.2" : "10.244.0.3")).ToList();
        await ChangeAsync(route, route with { Endpoints = Slots.Keep(route.Endpoints, other), NodePortEndpoints = Slots.Keep(route.Endpoints, other) });

        for (var i = 0; i < 10; i++) { Assert.Equal(first == "a" ? "b" : "a", await AskAsync(Node, ServiceAddress, 80)); }
    }

    [SkippableFact]
    public async Task NoEndpoints_IsRefusedAtOnce_AndServesOnceThereIsOne()
    {
        Skip.IfNot(CanRun(), "needs root, nftables, iproute2 and busybox");
        var empty = Route() with { Endpoints = [], NodePortEndpoints = [] };
        await LoadAsync(empty);
        Assert.Equal(string.Empty, await AskAsync("a" + _id, ServiceAddress, 80));
        Assert.Equal(string.Empty, await AskAsync(Node, ServiceAddress, 80));

        await ChangeAsync(empty, Route());

        Assert.NotEqual(string.Empty, await AskAsync("a" + _id, ServiceAddress, 80));
    }

    [SkippableFact]
    public async Task Changes_UnderAStreamOfConnections_FailNone()
    {
        Skip.IfNot(CanRun(), "needs root, nftables, iproute2 and busybox");
        var both = Route();
        var one = both with { Endpoints = Slots.Keep(both.Endpoints, [both.Endpoints[1]]), NodePortEndpoints = [both.Endpoints[1]] };
        await LoadAsync(both);
        using var stop = new CancellationTokenSource();
        var stream = Task.Run(async () =>
        {
            var answers = new List<string>();
            while (!stop.IsCancellationRequested) { answers.Add(await AskAsync("a" + _id, ServiceAddress, 80)); }
            return answers;
        });
        for (var i = 0; i < 20; i++)
        {
            await ChangeAsync(both, one);
            await ChangeAsync(one, both);
        }

        await stop.CancelAsync();
        Assert.DoesNotContain(string.Empty, await stream);
    }

    [SkippableFact]
    public async Task Remove_AfterALoad_LeavesNoTable()
    {
        Skip.IfNot(CanRun(), "needs root, nftables, iproute2 and busybox");
        await LoadAsync(Route());

        await _proxy!.RemoveAsync(CancellationToken.None);

        Assert.NotEqual(0, (await RunAsync($"ip netns exec {Node} nft list table ip t_{_id}")).Code);
    }

    private static bool CanRun() => Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/nft") && File.Exists("/usr/sbin/ip") && File.Exists("/usr/bin/busybox");

    private static ServicePortRoute Route()
    {
        List<IPEndPoint> endpoints = [IPEndPoint.Parse("10.244.0.2:8080"), IPEndPoint.Parse("10.244.0.3:8080")];
        return new ServicePortRoute(Key, [IPAddress.Parse(ServiceAddress)], 30080, endpoints, endpoints, false, null);
    }

    private Task LoadAsync(ServicePortRoute route)
        => _proxy!.ApplyAsync(new Dictionary<ServicePortKey, ServicePortRoute> { [Key] = route }, null, CancellationToken.None);

    private Task ChangeAsync(ServicePortRoute old, ServicePortRoute now)
        => _proxy!.ApplyAsync(new Dictionary<ServicePortKey, ServicePortRoute> { [Key] = now }, new ServiceRoutesDelta([], [(old, now)]), CancellationToken.None);

    private async Task ConnectAsync(string who, string gateway, string address)
    {
        await MustAsync($"ip link add v{who}{_id} netns {Node} type veth peer name eth0 netns {who}{_id}");
        await MustAsync($"ip -n {Node} addr add {gateway}/32 dev v{who}{_id}");
        await MustAsync($"ip -n {Node} link set v{who}{_id} up");
        await MustAsync($"ip -n {Node} route add {address} dev v{who}{_id} src {gateway}");
        await MustAsync($"ip -n {who}{_id} addr add {address}/32 dev eth0");
        await MustAsync($"ip -n {who}{_id} link set eth0 up");
        await MustAsync($"ip -n {who}{_id} link set lo up");
        await MustAsync($"ip -n {who}{_id} route add {gateway} dev eth0 scope link");
        await MustAsync($"ip -n {who}{_id} route add default via {gateway}");
    }

    // Bash speaks TCP by itself; no client is needed in the namespace.
    private static async Task<string> AskAsync(string from, string address, int port)
    {
        var request = $"exec 3<>/dev/tcp/{address}/{port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3";
        var (code, answer) = await StartAsync("ip", ["netns", "exec", from, "timeout", "20", "bash", "-c", request]);
        return code == 0 && answer.Contains("200 OK", StringComparison.Ordinal) ? answer[(answer.LastIndexOf('\n') + 1)..].Trim() : string.Empty;
    }

    private static async Task EventuallyAsync(string from, string address, int port)
    {
        for (var i = 0; i < 300; i++)
        {
            if ((await AskAsync(from, address, port)).Length > 0) { return; }
            await Task.Delay(100);
        }

        throw new TimeoutException($"{address}:{port} never answered {from}");
    }

    private static async Task MustAsync(string command)
    {
        var (code, output) = await RunAsync(command);
        Assert.True(code == 0, $"{command}: {output}");
    }

    private static Task<(int Code, string Output)> RunAsync(string command) => StartAsync(command.Split(' ')[0], command.Split(' ')[1..]);

    private static async Task<(int Code, string Output)> StartAsync(string tool, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, output.Length > 0 ? output : process.ExitCode == 0 ? string.Empty : await error);
    }
}
