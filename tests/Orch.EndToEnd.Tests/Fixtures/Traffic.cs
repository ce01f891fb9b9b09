using System.Collections.Concurrent;

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
        => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };

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
            try
            {
                var answer = await _client.GetStringAsync(address);
                if (isGood(answer)) { Answers.Enqueue(answer.Trim()); }
                else { Failures.Enqueue($"{at:HH:mm:ss.fff} {address}: {answer}"); }
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                Failures.Enqueue($"{at:HH:mm:ss.fff} {address}: {failure.Message}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
