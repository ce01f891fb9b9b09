using System.Collections.Concurrent;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Volumes;

namespace Orch.Kubelet.References;

/// <summary>Service-account tokens bound to pods, renewed long before they end.</summary>
internal sealed class ServiceAccountTokens(IClusterClient client, TimeProvider time)
{
    private const long DefaultLifeSeconds = 3600;
    private const double RenewAtShareOfLife = 0.8;
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(24);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<Key, Entry> _tokens = new();

    /// <summary>A token and when to ask again.</summary>
    /// <exception cref="VolumeException">The API server gives none, and there is no valid old one.</exception>
    public async Task<(string Token, TimeSpan RefreshAfter)> GetAsync(V1Pod pod, string? audience, long? expirationSeconds, CancellationToken cancellationToken)
    {
        var account = string.IsNullOrEmpty(pod.Spec.ServiceAccountName) ? "default" : pod.Spec.ServiceAccountName;
        var life = expirationSeconds ?? DefaultLifeSeconds;
        var key = new Key(pod.Metadata.Uid, pod.Metadata.NamespaceProperty, account, audience ?? string.Empty, life);
        var now = time.GetUtcNow();
        if (_tokens.TryGetValue(key, out var entry) && now < entry.RenewAt) { return (entry.Token, entry.RenewAt - now); }

        try
        {
            var answer = await client.Resource<V1ServiceAccount>().CreateSubresourceAsync(
                new ObjectKey(key.Namespace, account), "token", Request(pod, audience, life), cancellationToken).ConfigureAwait(false);
            if (answer?.Status is not { Token: { Length: > 0 } token } status) { throw new VolumeException("the API server answered a token request without a token"); }

            var end = status.ExpirationTimestamp is { } text ? new DateTimeOffset(DateTime.SpecifyKind(text, DateTimeKind.Utc)) : now + TimeSpan.FromSeconds(life);
            var age = TimeSpan.FromTicks(Math.Min((long)((end - now).Ticks * RenewAtShareOfLife), MaxAge.Ticks));
            entry = new Entry(token, now + age, end);
            _tokens[key] = entry;
            return (token, age);
        }
        catch (ApiException e)
        {
            if (entry is not null && now < entry.EndsAt) { return (entry.Token, RetryAfter); }
            throw new VolumeException($"failed to fetch token: {e.Message}", e);
        }
    }

    /// <summary>Forgets a pod's tokens.</summary>
    public void Forget(string uid)
    {
        foreach (var key in _tokens.Keys.Where(k => k.PodUid == uid)) { _tokens.TryRemove(key, out _); }
    }

    private static Authenticationv1TokenRequest Request(V1Pod pod, string? audience, long life) => new()
    {
        ApiVersion = "authentication.k8s.io/v1",
        Kind = "TokenRequest",
        Metadata = new V1ObjectMeta(),
        Spec = new V1TokenRequestSpec
        {
            Audiences = string.IsNullOrEmpty(audience) ? [] : [audience],
            ExpirationSeconds = life,
            BoundObjectRef = new V1BoundObjectReference { ApiVersion = "v1", Kind = "Pod", Name = pod.Metadata.Name, Uid = pod.Metadata.Uid },
        },
    };

    private readonly record struct Key(string PodUid, string Namespace, string Account, string Audience, long LifeSeconds);

    private sealed record Entry(string Token, DateTimeOffset RenewAt, DateTimeOffset EndsAt);
}
