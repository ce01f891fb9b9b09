using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>Encrypts with keys derived from a seed that a key management has wrapped; the wrapped seed stands beside each value.</summary>
/// <remarks>
/// As upstream's KMS v2: one seed serves until the key management changes its key, and each value has a key of its own, derived from the
/// seed and a random number by HKDF, so that a seed may write without limit. Unwrapped seeds are remembered, so reading seldom asks. The key
/// management is asked for its key each minute; while it does not answer, values are written for three minutes more and read as far as their seeds are known.
/// </remarks>
internal sealed class EnvelopeTransformer(IKeyManagement keys, TimeProvider time) : IValueTransformer, IDisposable
{
    private const int SeedBytes = 32;
    private const int InfoBytes = 32;
    private const int MaxKnownSeeds = 1_000;
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromMinutes(3);
    private readonly ConcurrentDictionary<string, byte[]> _seeds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long At, Exception Fault)> _failures = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Current? _current;
    private Failure? _failure;

    /// <summary>Of the key management.</summary>
    public string Name => keys.Name;

    /// <summary>Why the key management does not serve, or null.</summary>
    public string? Fault => Volatile.Read(ref _failure)?.Exception.Message;

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Prefix { get; } = Encoding.ASCII.GetBytes($"k8s:enc:kms:v2:{keys.Name}:");

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>> ToStoredAsync(string key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        var (wrapped, seed, since) = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        if (time.GetElapsedTime(since) > WriteLimit) { throw new InvalidOperationException($"the key management \"{keys.Name}\" has not told its key for {WriteLimit.TotalMinutes} minutes: {Fault}"); }
        var info = RandomNumberGenerator.GetBytes(InfoBytes);
        return new Envelope(AesGcmTransformer.Encrypt(Derive(seed, info), key, plain.Span, info), wrapped, IsSeed: true).Write(Prefix.Span);
    }

    /// <inheritdoc />
    public async ValueTask<(ReadOnlyMemory<byte> Plain, bool IsStale)> FromStoredAsync(string key, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        var envelope = Envelope.Read(stored.Span[Prefix.Length..]);
        var secret = await UnwrapAsync(envelope.Wrapped, cancellationToken).ConfigureAwait(false);
        var plain = Decrypt(envelope, secret, key);
        string current;
        // That a value can be read does not hang on whether its key is the newest.
        try { current = (await CurrentAsync(cancellationToken).ConfigureAwait(false)).Wrapped.KeyId; }
        catch (Exception exception) when (exception is not OperationCanceledException) { return (plain, false); }
        return (plain, !envelope.IsSeed || current != envelope.Wrapped.KeyId);
    }

    /// <summary>Asks the key management for its key, and makes a new seed when it has changed.</summary>
    /// <exception cref="Exception">It does not serve; what was known stays.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try { await RenewAsync(cancellationToken).ConfigureAwait(false); }
        finally { _gate.Release(); }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _gate.Dispose();
        foreach (var seed in _seeds.Values) { CryptographicOperations.ZeroMemory(seed); }
        _seeds.Clear();
        if (_current is { } current) { CryptographicOperations.ZeroMemory(current.Seed); }
    }

    private static byte[] Decrypt(Envelope envelope, byte[] secret, string key)
    {
        if (!envelope.IsSeed) { return AesGcmTransformer.Decrypt(secret, key, envelope.Data.Span); }
        if (envelope.Data.Length <= InfoBytes) { throw new CryptographicException("the stored data is too short"); }
        return AesGcmTransformer.Decrypt(Derive(secret, envelope.Data.Span[..InfoBytes]), key, envelope.Data.Span[InfoBytes..]);
    }

    private static byte[] Derive(byte[] seed, ReadOnlySpan<byte> info)
    {
        var derived = new byte[SeedBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, seed, derived, info);
        return derived;
    }

    private async ValueTask<Current> CurrentAsync(CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref _current);
        if (known is not null && !IsDue(known)) { return known; }

        // Whoever finds that somebody asks already goes on with what is known.
        if (!await _gate.WaitAsync(known is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken).ConfigureAwait(false)) { return known!; }
        try
        {
            known = _current;
            if (known is not null && !IsDue(known)) { return known; }
            if (known is null && _failure is { } failure && time.GetElapsedTime(failure.At) < RetryInterval) { throw new InvalidOperationException(failure.Exception.Message, failure.Exception); }
            try { return await RenewAsync(cancellationToken).ConfigureAwait(false); }
            catch (Exception exception) when (exception is not OperationCanceledException && known is not null) { return known; }
        }
        finally { _gate.Release(); }
    }

    private bool IsDue(Current known)
        => time.GetElapsedTime(known.Since) >= StatusInterval && (Volatile.Read(ref _failure) is not { } failure || time.GetElapsedTime(failure.At) >= RetryInterval);

    private async ValueTask<Current> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetTimestamp();
            var keyId = await keys.CurrentKeyIdAsync(cancellationToken).ConfigureAwait(false);
            if (_current is { } known && known.Wrapped.KeyId == keyId) { return Take(known with { Since = now }); }
            var seed = RandomNumberGenerator.GetBytes(SeedBytes);
            var wrapped = await keys.WrapAsync(seed, cancellationToken).ConfigureAwait(false);
            if (Envelope.FaultOf(wrapped) is { } fault) { throw new InvalidOperationException($"the key management \"{keys.Name}\" answers what cannot be stored: {fault}"); }
            return Take(new Current(wrapped, seed, now));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Volatile.Write(ref _failure, new Failure(exception, time.GetTimestamp()));
            throw;
        }

        Current Take(Current current)
        {
            Volatile.Write(ref _current, current);
            Volatile.Write(ref _failure, null);
            return current;
        }
    }

    private async ValueTask<byte[]> UnwrapAsync(WrappedSecret wrapped, CancellationToken cancellationToken)
    {
        var name = NameOf(wrapped);
        if (_seeds.TryGetValue(name, out var known)) { return known; }
        if (_failures.TryGetValue(name, out var failed) && time.GetElapsedTime(failed.At) < RetryInterval)
        {
            // A start with a service that is away must not wait for each of thousands of values.
            throw new InvalidOperationException(failed.Fault.Message, failed.Fault);
        }

        try
        {
            var secret = (await keys.UnwrapAsync(wrapped, cancellationToken).ConfigureAwait(false)).ToArray();
            if (_seeds.Count >= MaxKnownSeeds) { _seeds.Clear(); }
            _failures.TryRemove(name, out _);
            return _seeds.GetOrAdd(name, secret);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            if (_failures.Count >= MaxKnownSeeds) { _failures.Clear(); }
            _failures[name] = (time.GetTimestamp(), exception);
            throw;
        }
    }

    private static string NameOf(WrappedSecret wrapped)
    {
        var name = $"{wrapped.KeyId}\0{Convert.ToBase64String(wrapped.Ciphertext.Span)}";
        return wrapped.Annotations.Count == 0
            ? name
            : name + string.Concat(wrapped.Annotations.OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => $"\0{item.Key}\0{Convert.ToBase64String(item.Value.Span)}"));
    }

    private sealed record Current(WrappedSecret Wrapped, byte[] Seed, long Since);

    private sealed record Failure(Exception Exception, long At);
}
