using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>Constant streams of requests, two to each address, each request on a connection of its own, that remembers every answer.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = NewClient();
    private readonly List<Task> _workers;

    public Traffic(Func<string, bool> isGood, params Uri[] addresses)
        => _workers = [.. addresses.Concat(addresses).Select(address => Task.Run(() => SendAsync(address, isGood)))];

    public ConcurrentQueue<string> Answers { get; } = [];

    public ConcurrentQueue<string> Failures { get; } = [];

    public static HttpClient NewClient()
        => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false, ConnectCallback = Connection.OpenAsync }) { Timeout = TimeSpan.FromSeconds(15) };

    /// <summary>Waits for some more answers, so that what happened last is seen too.</summary>
    public async Task SeeMoreAsync(int count)
    {
        var goal = Answers.Count + Failures.Count + count;
        await Eventually.BecomesAsync("more answers", () => Task.FromResult(Answers.Count + Failures.Count), seen => seen >= goal, TimeSpan.FromSeconds(60));
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _client.Dispose();
    }

    private async Task SendAsync(Uri address, Func<string, bool> isGood)
    {
        while (!_stop.IsCancellationRequested)
        {
            var at = TimeProvider.System.GetUtcNow();
            var connection = new Connection();
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Options.Set(Connection.Of, connection);
                using var response = await _client.SendAsync(request);
                response.EnsureSuccessStatusCode();
                var answer = await response.Content.ReadAsStringAsync();
                if (isGood(answer)) { Answers.Enqueue(answer.Trim()); }
                else { Failures.Enqueue($"{at:HH:mm:ss.fff} {address} ({connection}): {answer}"); }
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                Failures.Enqueue($"{at:HH:mm:ss.fff} {address} ({connection}): {failure.Message}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>How far a request came: what a failure without an answer leaves to be seen.</summary>
    private sealed class Connection
    {
        public static readonly HttpRequestOptionsKey<Connection> Of = new("connection");
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private string _state = "not begun to connect";

        public static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            context.InitialRequestMessage.Options.TryGetValue(Of, out var connection);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                connection?.Note("connecting");
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                connection?.Note($"connected from port {((IPEndPoint)socket.LocalEndPoint!).Port}");
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_state}; {_watch.ElapsedMilliseconds} ms in all");

        private void Note(string state) => _state = string.Create(CultureInfo.InvariantCulture, $"{state} after {_watch.ElapsedMilliseconds} ms");
    }
}
