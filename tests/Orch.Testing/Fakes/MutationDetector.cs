using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Testing.Fakes;

/// <summary>Proves that nobody changes the objects in an informer's cache, which all share.</summary>
/// <remarks>
/// Keeps each object's JSON from when it came in, and compares at <see cref="Verify"/>. Objects that were replaced since are
/// checked too, for they may still be in someone's hands.
/// </remarks>
public sealed class MutationDetector : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(string What, object Object, byte[] Json)> _seen = [];
    private readonly List<IDisposable> _subscriptions = [];

    /// <summary>Watches over all that comes into an informer from now on, and what it has.</summary>
    public MutationDetector Watch<T>(IInformer<T> informer)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        _subscriptions.Add(informer.Subscribe(change =>
        {
            if (change.New is { } item) { Remember(item); }
        }));
        return this;
    }

    /// <summary>Watches over what is in a fake cluster now.</summary>
    public MutationDetector Watch<T>(FakeCluster cluster)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        foreach (var item in cluster.List<T>()) { Remember(item); }
        return this;
    }

    /// <summary>Watches over one object.</summary>
    public T Remember<T>(T item)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        lock (_gate) { _seen.Add(($"{typeof(T).Name} {item.Key()} at {item.Metadata?.ResourceVersion}", item, ApiJson.Serialize(item, item.GetType()))); }
        return item;
    }

    /// <exception cref="InvalidOperationException">Some object is not what it was; the message shows both.</exception>
    public void Verify()
    {
        lock (_gate)
        {
            foreach (var (what, item, before) in _seen)
            {
                var now = ApiJson.Serialize(item, item.GetType());
                if (!now.AsSpan().SequenceEqual(before))
                {
                    throw new InvalidOperationException(
                        $"{what} is shared and was changed in place.\nbefore: {System.Text.Encoding.UTF8.GetString(before)}\nnow:    {System.Text.Encoding.UTF8.GetString(now)}");
                }
            }
        }
    }

    /// <summary>Verifies, and stops watching.</summary>
    public void Dispose()
    {
        foreach (var subscription in _subscriptions) { subscription.Dispose(); }
        Verify();
    }
}
