using System.Diagnostics;
using Microsoft.Extensions.Options;
using Orch.Networking.Pods;
using Orch.Resources;

namespace Orch.Networking.Tests.Pods;

[Trait("Needs", "Root")]
public sealed class BridgePodNetworkTests : IAsyncLifetime
{
    private const string Range = "10.213.7.0/24";
    private readonly string _name = "t" + Guid.NewGuid().ToString("N")[..7];
    private readonly List<string> _namespaces = [];
    private BridgePodNetwork? _network;

    private BridgePodNetwork Network => _network ??= Create();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_network is not null) { await _network.TearDownNodeAsync(CancellationToken.None); }
        foreach (var name in _namespaces) { await RunAsync("ip", "netns", "del", name); }
    }

    [SkippableFact]
    public async Task Attach_TwoSandboxes_ReachEachOtherTheNodeAndThemselves()
    {
        SkipUnlessRoot();
        await Network.SetUpNodeAsync(Range, CancellationToken.None);
        var (first, second) = (await AttachAsync("a"), await AttachAsync("b"));

        Assert.Equal("10.213.7.1", first.Gateway.ToString());
        Assert.NotEqual(first.Addresses[0], second.Addresses[0]);
        Assert.Equal(0, await RunAsync("ip", "netns", "exec", Namespace("a"), "ping", "-c1", "-W2", second.Addresses[0].ToString()));
        Assert.Equal(0, await RunAsync("ip", "netns", "exec", Namespace("b"), "ping", "-c1", "-W2", first.Gateway.ToString()));
        Assert.Equal(0, await RunAsync("ping", "-c1", "-W2", first.Addresses[0].ToString()));
        Assert.Equal(0, await RunAsync("ip", "netns", "exec", Namespace("a"), "ping", "-c1", "-W2", "127.0.0.1"));
    }

    [SkippableTheory]
    [InlineData(false), InlineData(true)]
    public async Task Attach_OthersComeAndGo_TheNodeIsReachedAtTheHardwareAddressThatAPodLearnt(bool isFromBefore)
    {
        SkipUnlessRoot();
        // The bridge of an agent that did not hold its address yet.
        if (isFromBefore) { Assert.Equal(0, await RunAsync("ip", "link", "add", Network.Bridge, "type", "bridge")); }
        await Network.SetUpNodeAsync(Range, CancellationToken.None);
        var first = await AttachAsync("a");
        Assert.Equal(0, await RunAsync("ip", "netns", "exec", Namespace("a"), "ping", "-c1", "-W5", first.Gateway.ToString()));
        var learnt = await HardwareAddressAsync();

        foreach (var other in (string[])["b", "c", "d", "e"])
        {
            await AttachAsync(other);
            Assert.Equal(learnt, await HardwareAddressAsync());
        }

        foreach (var other in (string[])["b", "c", "d", "e"])
        {
            await Network.DetachAsync(other + _name, CancellationToken.None);
            Assert.Equal(learnt, await HardwareAddressAsync());
        }

        Assert.Contains(learnt, await TextOfAsync("ip", "netns", "exec", Namespace("a"), "ip", "neigh", "show", first.Gateway.ToString()), StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync("ip", "netns", "exec", Namespace("a"), "ping", "-c1", "-W5", first.Gateway.ToString()));
    }

    [SkippableTheory]
    [InlineData(Range), InlineData("10.213.0.0/16"), InlineData("10.213.7.128/25")]
    public async Task SetUp_RangeOfAnotherInterface_IsRefused(string range)
    {
        SkipUnlessRoot();
        await Network.SetUpNodeAsync(Range, CancellationToken.None);
        using var other = new BridgePodNetwork(Options.Create(new PodNetworkOptions { Name = _name[..^1] + "z" }));

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => other.SetUpNodeAsync(range, CancellationToken.None));

        Assert.Contains($"10.213.7.1/24 of interface {Network.Bridge}", refusal.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, await RunAsync("ip", "link", "show", "dev", other.Bridge));
    }

    [SkippableFact]
    public async Task Attach_AgainAndAfterARestart_KeepsTheAddress()
    {
        SkipUnlessRoot();
        await Network.SetUpNodeAsync(Range, CancellationToken.None);
        var first = await AttachAsync("a");
        var again = await Network.AttachAsync(Request("a"), CancellationToken.None);

        var restarted = Create();
        await restarted.SetUpNodeAsync(Range, CancellationToken.None);
        var after = await restarted.AttachAsync(Request("a"), CancellationToken.None);
        await NewNamespaceAsync("b");
        var other = await restarted.AttachAsync(Request("b"), CancellationToken.None);

        Assert.Equal(first.Addresses, again.Addresses);
        Assert.Equal(first.Addresses, after.Addresses);
        Assert.NotEqual(first.Addresses, other.Addresses);
    }

    [SkippableFact]
    public async Task RetainOnly_OthersAttached_DisconnectsThemAndTearDownLeavesNothing()
    {
        SkipUnlessRoot();
        await Network.SetUpNodeAsync(Range, CancellationToken.None);
        await AttachAsync("a");
        await AttachAsync("b");

        await Network.RetainOnlyAsync(new HashSet<string> { "a" + _name }, CancellationToken.None);
        Assert.Equal(0, await RunAsync("ip", "link", "show", SandboxLink.InterfaceOf("a" + _name)));
        Assert.NotEqual(0, await RunAsync("ip", "link", "show", SandboxLink.InterfaceOf("b" + _name)));

        await Network.TearDownNodeAsync(CancellationToken.None);

        Assert.NotEqual(0, await RunAsync("ip", "link", "show", Network.Bridge));
        Assert.NotEqual(0, await RunAsync("nft", "list", "table", "ip", Network.Bridge.Replace('-', '_') + "_pods"));
        Assert.NotEqual(0, await RunAsync("iptables", "-w", "-C", "FORWARD", "-i", Network.Bridge, "-m", "comment", "--comment", Network.Bridge.Replace('-', '_') + "_pods", "-j", "ACCEPT"));
    }

    [SkippableFact]
    public async Task HostPort_FromNodeNeighbourAndItself_LeadsToThePodUntilItIsDetached()
    {
        SkipUnlessRoot();
        Skip.IfNot(File.Exists("/usr/bin/busybox") || File.Exists("/bin/busybox"), "needs busybox");
        await Network.SetUpNodeAsync(Range, CancellationToken.None);
        await AttachAsync("b");
        await NewNamespaceAsync("a");
        var given = await Network.AttachAsync(WithPort("a", new HostPortMapping("TCP", 18081, 8080)), CancellationToken.None);
        var content = Directory.CreateTempSubdirectory("orch-host-port-").FullName;
        await File.WriteAllTextAsync(Path.Combine(content, "index.html"), "here");
        using var server = Process.Start(new ProcessStartInfo("ip", ["netns", "exec", Namespace("a"), "busybox", "httpd", "-f", "-p", "8080", "-h", content]))!;
        try
        {
            await EventuallyAsync("here", null, given.Gateway.ToString());
            Assert.Equal("here", await AskAsync(Namespace("b"), given.Gateway.ToString()));
            Assert.Equal("here", await AskAsync(Namespace("a"), given.Gateway.ToString()));

            // An agent that starts anew finds the port in the kernel, and does not interrupt it.
            var restarted = Create();
            await restarted.SetUpNodeAsync(Range, CancellationToken.None);
            Assert.Equal("here", await AskAsync(Namespace("b"), given.Gateway.ToString()));
            await restarted.AttachAsync(WithPort("a", new HostPortMapping("TCP", 18081, 8080)), CancellationToken.None);
            Assert.Equal("here", await AskAsync(Namespace("b"), given.Gateway.ToString()));

            await restarted.DetachAsync("a" + _name, CancellationToken.None);
            Assert.DoesNotContain("18081", await TextOfAsync("nft", "list", "table", "ip", Network.Bridge.Replace('-', '_') + "_pods"), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            Directory.Delete(content, recursive: true);
        }
    }

    [SkippableFact]
    public async Task HostPort_AtOneAddressOfTheNode_LeadsFromThereAlone()
    {
        SkipUnlessRoot();
        await Network.SetUpNodeAsync(Range, CancellationToken.None);
        await NewNamespaceAsync("a");
        var given = await Network.AttachAsync(WithPort("a", new HostPortMapping("UDP", 18082, 53, System.Net.IPAddress.Parse("192.0.2.9"))), CancellationToken.None);

        var table = await TextOfAsync("nft", "list", "map", "ip", Network.Bridge.Replace('-', '_') + "_pods", "host_ports_at");

        Assert.Contains($"192.0.2.9 . udp . 18082 : {given.Addresses[0]} . 53", table, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Attach_AgentEndedHalfway_IsBroughtToTheEnd()
    {
        SkipUnlessRoot();
        await Network.SetUpNodeAsync(Range, CancellationToken.None);
        var first = await AttachAsync("a");
        Assert.Equal(0, await RunAsync("ip", "netns", "exec", Namespace("a"), "ip", "addr", "flush", "dev", "eth0"));

        var restarted = Create();
        await restarted.SetUpNodeAsync(Range, CancellationToken.None);
        await restarted.AttachAsync(Request("a"), CancellationToken.None);

        Assert.Equal(0, await RunAsync("ping", "-c1", "-W2", first.Addresses[0].ToString()));
    }

    [Fact]
    public void Pool_Exhausted_SaysWhichRange()
    {
        var pool = new AddressPool("10.0.0.0/29");
        for (var i = 0; i < 5; i++) { pool.Take(); }

        Assert.Contains("10.0.0.0/29", Assert.Throws<InvalidOperationException>(() => pool.Take()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pool_FreedAddress_ComesUpLast()
    {
        var pool = new AddressPool("10.0.0.0/29");
        var first = pool.Take();
        pool.Free(first);

        Assert.Equal(["10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.2"], Enumerable.Range(0, 5).Select(_ => pool.Take().ToString()));
    }

    private static void SkipUnlessRoot() => Skip.IfNot(Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/ip"), "needs root and iproute2");

    private static async Task<int> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return process.ExitCode;
    }

    private static async Task<string> TextOfAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return text.Trim();
    }

    // Bash speaks TCP by itself; no client is needed in the namespace.
    private static async Task<string> AskAsync(string? from, string address)
    {
        string[] ask = ["timeout", "20", "bash", "-c", $"exec 3<>/dev/tcp/{address}/18081 && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3"];
        var answer = from is null ? await TextOfAsync(ask[0], ask[1..]) : await TextOfAsync("ip", ["netns", "exec", from, .. ask]);
        return answer[(answer.LastIndexOf('\n') + 1)..];
    }

    private static async Task EventuallyAsync(string answer, string? from, string address)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (await AskAsync(from, address) == answer) { return; }
            await Task.Delay(100);
        }

        Assert.Fail($"{address}:18081 never answered \"{answer}\".");
    }

    private PodNetworkRequest WithPort(string sandbox, HostPortMapping port) => Request(sandbox) with { HostPorts = [port] };

    private BridgePodNetwork Create() => new(Options.Create(new PodNetworkOptions { Name = _name, ClusterCidr = "10.213.0.0/16" }));

    private async Task<string> HardwareAddressAsync() => (await File.ReadAllTextAsync($"/sys/class/net/{Network.Bridge}/address")).Trim();

    private string Namespace(string sandbox) => $"{_name}-{sandbox}";

    private PodNetworkRequest Request(string sandbox) => new(sandbox + _name, $"/run/netns/{Namespace(sandbox)}", new ObjectKey("default", sandbox));

    private async Task<PodAddress> AttachAsync(string sandbox)
    {
        await NewNamespaceAsync(sandbox);
        return await Network.AttachAsync(Request(sandbox), CancellationToken.None);
    }

    private async Task NewNamespaceAsync(string sandbox)
    {
        Assert.Equal(0, await RunAsync("ip", "netns", "add", Namespace(sandbox)));
        _namespaces.Add(Namespace(sandbox));
    }
}
