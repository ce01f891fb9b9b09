using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Storage;
using Orch.Store.Memory;

namespace Orch.ApiServer.Tests.Hosting;

public sealed class StartTests
{
    /// <summary>What a client may do is read from the caches: who asks right after the start must not be refused for what is still on its way there.</summary>
    [Fact]
    public async Task Start_EndsWhenTheCachesHaveTheFirstObjects()
    {
        LateStore store = null!;
        await using var server = await TestServer.StartAsync(services: services => services.AddSingleton<IStore>(provider => store = new LateStore(provider.GetRequiredService<MemoryStore>())));

        var observed = server.Services.GetRequiredService<StoreMirror>().Observed;
        Assert.True(observed >= store.LastPolicy, $"the caches are at {observed}, the last of the policy was written at {store.LastPolicy}");
    }

    /// <summary>Tells the news up to a revision once somebody has asked how far the store is.</summary>
    private sealed class LateStore(IStore inner) : IStore
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _known;
        private long _lastPolicy;

        /// <summary>When the last object of the policy was written.</summary>
        public long LastPolicy => Volatile.Read(ref _lastPolicy);

        public async ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
        {
            var result = await inner.CommitAsync(request, cancellationToken);
            if (request.Writes.Any(static write => write.Key.StartsWith("/registry/rbac.authorization.k8s.io/", StringComparison.Ordinal))) { Volatile.Write(ref _lastPolicy, result.Revision.Value); }
            return result;
        }

        public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken) => inner.RangeAsync(request, cancellationToken);

        public async IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var batch in inner.WatchAsync(request, cancellationToken))
            {
                while (true)
                {
                    Task asked;
                    lock (_gate)
                    {
                        if (batch.Revision.Value <= _known) { break; }
                        asked = _asked.Task;
                    }

                    await asked.WaitAsync(cancellationToken);
                }

                yield return batch;
            }
        }

        public async ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken)
        {
            var revision = await inner.CurrentRevisionAsync(cancellationToken);
            lock (_gate)
            {
                _known = Math.Max(_known, revision.Value);
                _asked.TrySetResult();
                _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return revision;
        }

        public Task CompactAsync(Revision revision, CancellationToken cancellationToken) => inner.CompactAsync(revision, cancellationToken);
    }
}
