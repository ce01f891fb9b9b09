using System.Buffers.Binary;
using System.Diagnostics;
using Orch.Networking.Dns.Wire;
using Orch.Testing.Builders;
using Orch.Testing.Fakes;
using static Orch.Networking.Tests.Dns.DnsHarness;

namespace Orch.Networking.Tests.Dns;

public sealed class WireTests : IAsyncLifetime
{
    private const string Big = "big.default.svc.cluster.local";
    private DnsHarness _dns = null!;

    public async Task InitializeAsync() => _dns = await StartAsync(new FakeCluster().Add(
        Build.Namespace("default"), Build.Service("web").ClusterIP("10.96.7.7"), Headless("big"),
        Slice("big", [.. Enumerable.Range(1, 200).Select(i => Endpoint($"10.244.3.{i}"))])));

    public Task DisposeAsync() => _dns.DisposeAsync().AsTask();

    [Theory]
    [InlineData(null, 512)]
    [InlineData((ushort)100, 512)]
    [InlineData((ushort)1232, 1232)]
    public async Task Ask_TooMuchForUdp_IsCutAtTheClientsSizeAndMarked(ushort? size, int most)
    {
        var answer = await _dns.ExchangeAsync(Question(Big, DnsType.A, size).Question);

        Assert.InRange(answer.Length, most - 16, most);
        Assert.NotEqual(0, answer[2] & 2);
        Assert.InRange(BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)), 1, 199);
        Assert.Equal(size is null ? 0 : 1, BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(10)));
    }

    [Fact]
    public async Task Ask_ByTcp_AnswersAllOnOneConnection()
    {
        await using var stream = await _dns.ConnectAsync();
        for (ushort id = 1; id <= 3; id++)
        {
            var (question, query) = Question(Big, DnsType.A, id: id);
            Assert.Equal(200, Read(await ExchangeByTcpAsync(stream, question), query).Answers.Count);
        }
    }

    [Fact]
    public async Task Ask_ManyAddresses_EachComesFirstInTurn()
    {
        var first = (await _dns.AskAsync(Big, DnsType.A)).Answers;
        var second = (await _dns.AskAsync(Big, DnsType.A)).Answers;

        Assert.NotEqual(first[0].Data, second[0].Data);
    }

    [Fact]
    public async Task Connect_SilentClient_IsPutOut()
    {
        await using var stream = await _dns.ConnectAsync();
        var reading = stream.ReadAsync(new byte[1]).AsTask();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!reading.IsCompleted)
        {
            Assert.False(limit.IsCancellationRequested, "waited in vain for the end of the connection");
            _dns.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        Assert.Equal(0, await reading);
    }

    [Theory]
    [InlineData("123428000001000000000000", 4)] // an opcode that is no question
    [InlineData("123401000000000000000000", 1)] // no question
    [InlineData("123401000001000000000000", 1)] // a question that is missing
    [InlineData("123401000001000000000000C00000010001", 1)] // a name that points into the header
    [InlineData("1234010000010000000000000377777700000100", 1)] // cut off
    [InlineData("1234010000010000000000000377777700000100030000", 5)] // another class
    [InlineData("123401000001000000000000037777770000FC0001", 5)] // a transfer of the zone
    [InlineData("12340100000100000000000103777777000001000100002904D0000100000000", 0)] // EDNS of a later version: its code's low half is 0
    public async Task Ask_Wrong_IsToldSo(string question, int code)
    {
        var answer = await _dns.ExchangeAsync(Convert.FromHexString(question));

        Assert.Equal([0x12, 0x34], answer[..2]);
        Assert.Equal(code, answer[3] & 0xF);
        if (code == 0) { Assert.Equal(1, answer[^6]); }
    }

    [Fact]
    public async Task Ask_Garbage_IsSurvived()
    {
        var random = new Random(20260);
        using var socket = new System.Net.Sockets.UdpClient();
        socket.Connect(_dns.EndPoint);
        var (valid, _) = Question("_http._tcp.web.default.svc.cluster.local", DnsType.Srv, 1232);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = (byte[])valid.Clone();
            if (i % 2 == 0) { random.NextBytes(bytes); }
            for (var change = 0; change < 3; change++) { bytes[random.Next(bytes.Length)] = (byte)random.Next(256); }
            await socket.SendAsync(bytes.AsMemory(0, random.Next(bytes.Length + 1)));

            // Between times a good question: the socket's buffer never overflows, and its loss would show.
            if (i % 50 == 0) { Assert.Single((await _dns.AskAsync("web.default.svc.cluster.local", DnsType.A)).Answers); }
        }

        await using (var stream = await _dns.ConnectAsync()) { await stream.WriteAsync(valid.AsMemory(0, 20)); }
        Assert.Single((await _dns.AskAsync("web.default.svc.cluster.local", DnsType.A)).Answers);
    }

    [Fact]
    public void Read_AnyBytes_NeitherThrowsNorHangs()
    {
        var random = new Random(20261);
        var (question, query) = Question("a.example.com", DnsType.A, 1232);
        var buffer = new byte[4096];
        var reply = new DnsReply(DnsCode.Ok)
        {
            Answers = [DnsRecord.Pointing("a.example.com", DnsType.Cname, 9, "b.example.com"), DnsRecord.Service("b.example.com", 9, (1, 2, "c.example.com"))],
            Authority = [DnsRecord.Authority("example.com", 9, ("ns.example.com", "root.example.com", 1))],
        };
        var valid = buffer[..DnsWriter.Write(buffer, query, reply)];
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = (byte[])(i % 3 == 0 ? question : valid).Clone();
            for (var change = random.Next(6); change >= 0; change--)
            {
                bytes[random.Next(i % 2 == 0 ? 0 : 12, bytes.Length)] = random.Next(3) == 0 ? (byte)0xC0 : (byte)random.Next(256);
            }

            bytes = bytes[..random.Next(bytes.Length + 1)];
            if (DnsQuery.Read(bytes) is { } read) { AssertWritable(read, reply); }
            if (DnsReply.Read(bytes, query.Id, query.Name, query.Type) is { } other) { AssertWritable(query, other); }
        }
    }

    [Theory]
    [InlineData("a\\046b.example.com")]
    [InlineData("\\000\\255.example.com")]
    [InlineData("_http._tcp.x")]
    [InlineData("")]
    public void Name_ThereAndBack_IsTheSame(string name)
    {
        Assert.True(DnsName.TryEncode(name, out var encoded));
        var offset = 0;
        Assert.True(DnsName.TryRead(encoded, ref offset, out var read));
        Assert.Equal(name, read);
        Assert.Equal(encoded.Length, offset);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData(".")]
    [InlineData("é")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void Name_Impossible_IsRefused(string name) => Assert.False(DnsName.TryEncode(name, out _));

    [SkippableTheory]
    [Trait("Needs", "Dig")]
    [InlineData("web.default.svc.cluster.local", "A", "10.96.7.7")]
    [InlineData("web.default.svc.cluster.local", "SRV", "0 100 80 web.default.svc.cluster.local.")]
    [InlineData("dns-version.cluster.local", "TXT", "\"1.1.0\"")]
    [InlineData("cluster.local", "NS", "ns.dns.cluster.local.")]
    [InlineData("7.7.96.10.in-addr.arpa", "PTR", "web.default.svc.cluster.local.")]
    public async Task Ask_ByDig_Understands(string name, string type, string expected)
    {
        Skip.IfNot(File.Exists("/usr/bin/dig"), "dig is not installed");
        foreach (var transport in (string[])["+notcp", "+tcp"])
        {
            var output = await DigAsync(transport, name, type);
            Assert.Contains("status: NOERROR", output, StringComparison.Ordinal);
            Assert.DoesNotContain("malformed", output, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("extra bytes", output, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(expected, output, StringComparison.Ordinal);
        }
    }

    private static void AssertWritable(DnsQuery query, DnsReply reply)
    {
        Span<byte> buffer = stackalloc byte[512];
        Assert.InRange(DnsWriter.Write(buffer, query, reply), 12, 512);
    }

    private async Task<string> DigAsync(string transport, string name, string type)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var dig = Process.Start(new ProcessStartInfo("/usr/bin/dig", ["@127.0.0.1", "-p", $"{_dns.EndPoint.Port}", transport, "+tries=1", "+time=30", name, type]) { RedirectStandardOutput = true })!;
        var output = await dig.StandardOutput.ReadToEndAsync(limit.Token);
        await dig.WaitForExitAsync(limit.Token);
        return output;
    }
}
