using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Resources;

namespace Orch.Client.LeaderElection;

/// <summary>Lets one of several candidates work at a time, by a Lease that the leader keeps renewing.</summary>
/// <remarks>
/// Times in the lease are never compared with the local clock: a candidate measures on its own clock how long the lease has
/// looked the same, so clocks may differ, though not run at different speeds. The leader stops <c>RenewDeadline</c> after the
/// last renewal it is sure of, before anyone else may take over. Work that the loss of a lease must stop has to heed its token.
/// </remarks>
public sealed partial class LeaderElector
{
    internal const double JitterFactor = 1.2;

    private readonly IResourceClient<V1Lease> _leases;
    private readonly ObjectKey _lease;
    private readonly string _identity;
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Random _random;
    private V1Lease? _observed;
    private long _observedAt;

    /// <summary>A candidate that does nothing yet.</summary>
    /// <param name="client">May get, create and update leases.</param>
    /// <param name="lease">The lease all candidates share, such as <c>kube-system/kube-scheduler</c>.</param>
    /// <param name="identity">Unlike every other candidate's, such as the host name with a random suffix.</param>
    /// <param name="time">The clock that everything here runs on.</param>
    /// <param name="logger">Says who leads.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="random">Spreads attempts; seeded in tests. Null for a seed of its own.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public LeaderElector(
        IClusterClient client, ObjectKey lease, string identity, TimeProvider time, ILogger logger, LeaderElectionOptions? options = null, Random? random = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(identity);
        _options = options ?? new LeaderElectionOptions();
        _options.Validate();
        _leases = client.Resource<V1Lease>();
        _lease = lease;
        _identity = identity;
        _time = time;
        _logger = logger;
        _random = random ?? new Random();
    }

    /// <summary>Whether this candidate leads now.</summary>
    public bool IsLeader { get; private set; }

    /// <summary>Who leads as far as is known; null before the lease was first read, empty when it is free.</summary>
    public string? Leader => _observed is null ? null : _observed.Spec?.HolderIdentity ?? string.Empty;

    /// <summary>Waits for the lead, works while leading, and begins again when the lead is lost; returns when cancelled.</summary>
    /// <param name="lead">Its token is cancelled when the lead is lost; what it throws ends the campaign and comes out here. If it returns, so does this.</param>
    /// <param name="cancellationToken">Ends the campaign; the lease is given up after the work has ended.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await RunWhileLeaderAsync(lead, cancellationToken).ConfigureAwait(false)) { return; }
        }
    }

    /// <summary>Waits for the lead and works until the work ends, the lead is lost, or it is cancelled.</summary>
    /// <returns>True when the work ended of itself; false when the lead was lost or never won.</returns>
    public async Task<bool> RunWhileLeaderAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        if (!await AcquireAsync(cancellationToken).ConfigureAwait(false)) { return false; }
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IsLeader = true;
        Log.Leading(_logger, _identity, _lease);
        var work = RunWorkAsync(lead, leading.Token);
        var renewal = RenewAsync(leading.Token);
        try
        {
            var ended = await Task.WhenAny(work, renewal).ConfigureAwait(false);
            await leading.CancelAsync().ConfigureAwait(false);
            var kept = await renewal.ConfigureAwait(false);
            await work.ConfigureAwait(false);
            return ended == work && !cancellationToken.IsCancellationRequested && kept;
        }
        finally
        {
            IsLeader = false;
            Log.NoLongerLeading(_logger, _identity, _lease);
            if (_options.ReleaseOnCancel) { await ReleaseAsync().ConfigureAwait(false); }
        }
    }

    private static async Task RunWorkAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => lead(cancellationToken), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop, and did.
        }
    }

    private async Task<bool> AcquireAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await TryAsync(_options.RenewDeadline, cancellationToken).ConfigureAwait(false)) { return true; }
            var pause = _options.RetryPeriod * (1 + (_random.NextDouble() * JitterFactor));
            if (!await DelayAsync(pause, cancellationToken).ConfigureAwait(false)) { return false; }
        }

        return false;
    }

    // True when it was cancelled, false when the lead was lost.
    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        var renewed = _time.GetTimestamp();
        while (true)
        {
            if (!await DelayAsync(_options.RetryPeriod, cancellationToken).ConfigureAwait(false)) { return true; }
            var started = _time.GetTimestamp();
            var left = _options.RenewDeadline - _time.GetElapsedTime(renewed);
            if (left > TimeSpan.Zero && await TryAsync(left, cancellationToken).ConfigureAwait(false))
            {
                // Counted from before the request, which others may have seen at once.
                renewed = started;
                continue;
            }

            if (cancellationToken.IsCancellationRequested) { return true; }
            var usurped = _observed?.Spec?.HolderIdentity is { Length: > 0 } holder && holder != _identity;
            if (!usurped && _time.GetElapsedTime(renewed) + _options.RetryPeriod <= _options.RenewDeadline) { continue; }
            Log.Lost(_logger, _identity, _lease, Leader);
            return false;
        }
    }

    private async Task<bool> TryAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await TryAcquireOrRenewAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            return false;
        }
#pragma warning disable CA1031 // any failure to write the lease is the same: not renewed
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.AttemptFailed(_logger, exception, _identity, _lease);
            return false;
        }
    }

    private async Task<bool> TryAcquireOrRenewAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        V1Lease current;
        try
        {
            current = await _leases.GetAsync(_lease, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            var fresh = new V1Lease
            {
                Metadata = new V1ObjectMeta { Name = _lease.Name, NamespaceProperty = _lease.Namespace },
                Spec = Claim(null, now),
            };
            Observe(await _leases.CreateAsync(fresh, cancellationToken).ConfigureAwait(false));
            return true;
        }

        Observe(current);
        var spec = current.Spec ?? new V1LeaseSpec();
        var isOurs = spec.HolderIdentity == _identity;
        if (!isOurs && !string.IsNullOrEmpty(spec.HolderIdentity) && !HasRunOut(spec)) { return false; }
        Observe(await _leases.UpdateAsync(current with { Spec = Claim(spec, now) }, cancellationToken).ConfigureAwait(false));
        return true;
    }

    private bool HasRunOut(V1LeaseSpec spec)
    {
        var duration = spec.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : _options.LeaseDuration;
        return _time.GetElapsedTime(_observedAt) >= duration;
    }

    private V1LeaseSpec Claim(V1LeaseSpec? before, DateTime now)
    {
        var isOurs = before?.HolderIdentity == _identity;
        return (before ?? new V1LeaseSpec()) with
        {
            HolderIdentity = _identity,
            LeaseDurationSeconds = (int)Math.Ceiling(_options.LeaseDuration.TotalSeconds),
            AcquireTime = isOurs ? before!.AcquireTime : now,
            RenewTime = now,
            LeaseTransitions = isOurs ? before!.LeaseTransitions : before is null ? 0 : (before.LeaseTransitions ?? 0) + 1,
        };
    }

    private void Observe(V1Lease lease)
    {
        if (_observed is null || _observed.Metadata.ResourceVersion != lease.Metadata.ResourceVersion || _observed.Metadata.Uid != lease.Metadata.Uid)
        {
            _observedAt = _time.GetTimestamp();
        }

        _observed = lease;
    }

    private async Task ReleaseAsync()
    {
        if (_observed?.Spec is not { } spec || spec.HolderIdentity != _identity) { return; }
        using var timeout = new CancellationTokenSource(_options.RetryPeriod, _time);
        try
        {
            var now = _time.GetUtcNow().UtcDateTime;
            var free = spec with { HolderIdentity = string.Empty, LeaseDurationSeconds = 1, RenewTime = now, AcquireTime = now };
            Observe(await _leases.UpdateAsync(_observed with { Spec = free }, timeout.Token).ConfigureAwait(false));
        }
#pragma warning disable CA1031 // giving up early is a courtesy; without it the lease runs out
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ReleaseFailed(_logger, exception, _identity, _lease);
        }
    }

    private async Task<bool> DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads by lease {Lease}")]
        public static partial void Leading(ILogger logger, string identity, ObjectKey lease);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads no longer by lease {Lease}")]
        public static partial void NoLongerLeading(ILogger logger, string identity, ObjectKey lease);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Identity} could not renew lease {Lease} in time; it is held by {Leader}")]
        public static partial void Lost(ILogger logger, string identity, ObjectKey lease, string? leader);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Identity} failed to take or renew lease {Lease}")]
        public static partial void AttemptFailed(ILogger logger, Exception exception, string identity, ObjectKey lease);

        [LoggerMessage(Level = LogLevel.Debug, Message = "{Identity} failed to give up lease {Lease}; it will run out")]
        public static partial void ReleaseFailed(ILogger logger, Exception exception, string identity, ObjectKey lease);
    }
}
