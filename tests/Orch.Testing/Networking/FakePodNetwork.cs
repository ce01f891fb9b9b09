using System.Collections.Concurrent;
using System.Net;
using Orch.Networking;

namespace Orch.Testing.Networking;

/// <summary>Hands out addresses without any network.</summary>
public sealed class FakePodNetwork : IPodNetwork
{
    private readonly ConcurrentDictionary<string, PodAddress> _attached = new();
    private int _last = 1;

    /// <summary>What is attached, by sandbox.</summary>
    public IReadOnlyDictionary<string, PodAddress> Attached => _attached;

    /// <summary>What was asked for, by sandbox.</summary>
    public ConcurrentDictionary<string, PodNetworkRequest> Requests { get; } = new();

    /// <summary>The range that the node was set up with.</summary>
    public string? PodCidr { get; private set; }

    /// <summary>Fails the next calls of <see cref="AttachAsync"/>.</summary>
    public Exception? AttachFailure { get; set; }

    public Task SetUpNodeAsync(string podCidr, CancellationToken cancellationToken)
    {
        PodCidr = podCidr;
        return Task.CompletedTask;
    }

    public Task<PodAddress> AttachAsync(PodNetworkRequest request, CancellationToken cancellationToken)
    {
        if (AttachFailure is { } failure) { throw failure; }
        Requests[request.SandboxId] = request;
        return Task.FromResult(_attached.GetOrAdd(request.SandboxId, _ => new PodAddress([IPAddress.Parse($"10.244.0.{Interlocked.Increment(ref _last)}")], IPAddress.Parse("10.244.0.1"))));
    }

    public Task DetachAsync(string sandboxId, CancellationToken cancellationToken)
    {
        _attached.TryRemove(sandboxId, out _);
        return Task.CompletedTask;
    }

    public Task RetainOnlyAsync(IReadOnlySet<string> sandboxIds, CancellationToken cancellationToken)
    {
        foreach (var id in _attached.Keys.Where(id => !sandboxIds.Contains(id))) { _attached.TryRemove(id, out _); }
        return Task.CompletedTask;
    }

    public Task TearDownNodeAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
