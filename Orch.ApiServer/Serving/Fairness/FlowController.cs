using System.Diagnostics.Metrics;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Security.Lookup;
using Orch.Security;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>Priority and fairness: every request but the exempt takes seats of its level, or waits its turn, or is told to come back.</summary>
/// <remarks>
/// Configured by the API's flow schemas and priority levels, live. https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
/// </remarks>
internal sealed partial class FlowController : IBackgroundLoop, IDisposable
{
    private static readonly TimeSpan AllocationInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly IObjectLookup _objects;
    private readonly WorkEstimate _estimate;
    private readonly TimeProvider _time;
    private readonly ILogger<FlowController> _logger;
    private readonly ServerMetrics _metrics;
    private readonly Lock _lock = new();
    private readonly int _seats;
    private readonly TimeSpan _longestWait;
    private readonly Dictionary<string, V1PriorityLevelConfiguration> _levelObjects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, V1FlowSchema> _schemaObjects = new(StringComparer.Ordinal);
    private IObjectChanges<V1PriorityLevelConfiguration>? _levelChanges;
    private IObjectChanges<V1FlowSchema>? _schemaChanges;
    private Dictionary<string, PriorityLevel> _levels = new(StringComparer.Ordinal);
    private FlowTable? _table;

    public FlowController(IObjectLookup objects, WorkEstimate estimate, ServingLimits limits, ServerMetrics metrics, TimeProvider time, ILogger<FlowController> logger)
    {
        _objects = objects;
        _estimate = estimate;
        _time = time;
        _logger = logger;
        _metrics = metrics;
        _seats = limits.MaxReadsInFlight == 0 || limits.MaxWritesInFlight == 0 ? 0 : limits.MaxReadsInFlight + limits.MaxWritesInFlight;
        _longestWait = limits.RequestTimeout / 4 < LongestWait ? limits.RequestTimeout / 4 : LongestWait;
        Observe("apiserver_flowcontrol_current_executing_requests", "Requests that have seats.", static level => level.Executing);
        Observe("apiserver_flowcontrol_current_inqueue_requests", "Requests that wait for seats.", static level => level.Waiting);
        Observe("apiserver_flowcontrol_current_limit_seats", "Seats of a level now.", static level => level.Seats);
        Observe("apiserver_flowcontrol_nominal_limit_seats", "Seats of a level by its share.", static level => level.Limits.Nominal);
        metrics.Meter.CreateObservableCounter("apiserver_flowcontrol_dispatched_requests_total", () => Measure(static level => level.Dispatched), null, "Requests that got seats.");
        metrics.Meter.CreateObservableCounter("apiserver_flowcontrol_rejected_requests_total", () => Measure(static level => level.Rejected), null, "Requests that were told to come back later.");
    }

    /// <summary>Levels now, by name.</summary>
    public IReadOnlyDictionary<string, PriorityLevel> Levels
    {
        get
        {
            Current();
            return _levels;
        }
    }

    /// <summary>How the levels, queues and waiting requests are now.</summary>
    public string Describe(string what, bool withDetails) => FlowDump.Of(what, Levels, withDetails);

    /// <summary>Takes seats for a request, after waiting where its level queues.</summary>
    /// <exception cref="Client.ApiException">429: no seat and no room to wait, or waited too long.</exception>
    public ValueTask<FlowTicket> EnterAsync(ApiRequest request)
    {
        if (_seats == 0) { return default; }
        var schema = Current().Find(request.User, request.Info);
        request.Flow = schema;
        return EnterAsync(schema, request.User, schema.Level.IsExempt ? new WorkQuestion(request.Info) : WorkQuestion.Of(request), request.Cancellation);
    }

    /// <summary>The same for a client in the process.</summary>
    /// <exception cref="Client.ApiException">429.</exception>
    public ValueTask<FlowTicket> EnterAsync(UserInfo user, in WorkQuestion question, CancellationToken cancellationToken)
        => _seats == 0 ? default : EnterAsync(Current().Find(user, question.Info), user, question, cancellationToken);

    private ValueTask<FlowTicket> EnterAsync(FlowSchema schema, UserInfo user, in WorkQuestion question, CancellationToken cancellationToken)
    {
        var level = schema.Level;
        var work = level.IsExempt ? Work.One : _estimate.Of(question, level.Limits.Nominal * 15 / 100);
        return level.TryEnter(work.Width) ? new ValueTask<FlowTicket>(new FlowTicket(level, work, null)) : WaitAsync(schema, user, question.Info, work, cancellationToken);
    }

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_seats == 0) { return; }
        while (true)
        {
            await Task.Delay(AllocationInterval, _time, cancellationToken).ConfigureAwait(false);
            Allocate();
        }
    }

    /// <summary>Shares the seats out anew by what was needed since the last time.</summary>
    public void Allocate()
    {
        Current();
        lock (_lock)
        {
            var levels = _levels.Values.Where(static level => !level.IsExempt).ToList();
            var exempt = 0;
            foreach (var level in _levels.Values.Where(static level => level.IsExempt)) { exempt += level.TakePeak(); }
            var demands = levels.ConvertAll(level =>
            {
                var peak = level.TakePeak();
                level.Smoothed = Math.Max(peak, (level.Smoothed * 0.977) + (peak * 0.023));
                return new SeatAllocation.Demand(level.Limits, peak, level.Smoothed);
            });
            var shares = SeatAllocation.Share(demands, Math.Max(0, _seats - exempt));
            for (var index = 0; index < shares.Length; index++) { levels[index].Resize(shares[index]); }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _levelChanges?.Dispose();
        _schemaChanges?.Dispose();
    }

    private async ValueTask<FlowTicket> WaitAsync(FlowSchema schema, UserInfo user, RequestInfo info, Work work, CancellationToken cancellationToken)
    {
        var flow = schema.FlowOf(user, info);
        var waiter = new Waiter(work.Width, ShuffleShard.HashOf(schema.Name, flow)) { Schema = schema, Distinguisher = flow, User = user.Name, Info = info };
        if (schema.Level.Enter(waiter) is { } reason) { throw Refuse(info, schema, reason); }
        if (waiter.Task.IsCompletedSuccessfully) { return new FlowTicket(schema.Level, work, waiter); }

        using var patience = new CancellationTokenSource(_longestWait, _time);
        using var first = patience.Token.UnsafeRegister(static state => { var (level, waiting) = ((PriorityLevel, Waiter))state!; level.Abandon(waiting); }, (schema.Level, waiter));
        using var second = cancellationToken.UnsafeRegister(static state => { var (level, waiting) = ((PriorityLevel, Waiter))state!; level.Abandon(waiting); }, (schema.Level, waiter));
        if (await waiter.Task.ConfigureAwait(false)) { return new FlowTicket(schema.Level, work, waiter); }
        cancellationToken.ThrowIfCancellationRequested();
        throw Refuse(info, schema, "time-out");
    }

    private Orch.Client.ApiException Refuse(RequestInfo info, FlowSchema schema, string reason)
    {
        _metrics.Rejected(info.Verb is "get" or "list" or "watch" ? "readOnly" : "mutating");
        Log.Rejected(_logger, schema.Name, schema.Level.Name, reason);
        return ApiErrors.TooManyRequests("Too many requests, please try again later.", schema.Level.RetryAfter.Count());
    }

    private FlowTable Current()
    {
        if (Volatile.Read(ref _table) is { } table && _levelChanges is { HasPending: false } && _schemaChanges is { HasPending: false }) { return table; }
        lock (_lock)
        {
            while (true)
            {
                _levelChanges ??= _objects.Follow<V1PriorityLevelConfiguration>();
                _schemaChanges ??= _objects.Follow<V1FlowSchema>();
                if (_levelChanges.Read((old, now) => Set(_levelObjects, old, now)) & _schemaChanges.Read((old, now) => Set(_schemaObjects, old, now))) { break; }
                _levelChanges.Dispose();
                _schemaChanges.Dispose();
                (_levelChanges, _schemaChanges) = (null, null);
                _levelObjects.Clear();
                _schemaObjects.Clear();
            }

            var made = Build();
            Volatile.Write(ref _table, made);
            return made;
        }
    }

    private static void Set<T>(Dictionary<string, T> objects, T? old, T? now)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (now is not null) { objects[now.Metadata.Name] = now; } else { objects.Remove(old!.Metadata.Name); }
    }

    // A level that goes on keeps its requests; one that is gone lets those end that it has.
    private FlowTable Build()
    {
        var configured = new Dictionary<string, V1PriorityLevelConfiguration>(_levelObjects, StringComparer.Ordinal);
        configured.TryAdd(MandatoryFlows.Exempt, MandatoryFlows.ExemptLevel);
        configured.TryAdd(MandatoryFlows.CatchAll, MandatoryFlows.CatchAllLevel);
        var limits = SeatLimits.Of([.. configured.Values], _seats);
        var levels = new Dictionary<string, PriorityLevel>(StringComparer.Ordinal);
        foreach (var (name, source) in configured)
        {
            var uid = source.Metadata.Uid ?? string.Empty;
            var level = _levels.GetValueOrDefault(name) is { } known && known.Uid == uid ? known : new PriorityLevel(name, uid, _time);
            level.Configure(source.Spec, limits[name]);
            levels[name] = level;
        }

        foreach (var (name, gone) in _levels)
        {
            if (!levels.TryGetValue(name, out var kept) || kept != gone) { gone.Resize(int.MaxValue / 2); }
        }

        _levels = levels;
        var sources = new Dictionary<string, V1FlowSchema>(_schemaObjects, StringComparer.Ordinal);
        sources.TryAdd(MandatoryFlows.Exempt, MandatoryFlows.ExemptSchema);
        sources.TryAdd(MandatoryFlows.CatchAll, MandatoryFlows.CatchAllSchema);
        var schemas = sources.Values
            .Where(source => levels.ContainsKey(source.Spec.PriorityLevelConfiguration?.Name ?? string.Empty))
            .OrderBy(static source => source.Spec.MatchingPrecedence ?? 1_000).ThenBy(static source => source.Metadata.Name, StringComparer.Ordinal)
            .Select(source => (new FlowSchema(source, levels[source.Spec.PriorityLevelConfiguration.Name]), source.Spec))
            .ToList();
        var rest = schemas.Find(static item => item.Item1.Name == MandatoryFlows.CatchAll).Item1 ?? new FlowSchema(MandatoryFlows.CatchAllSchema, levels[MandatoryFlows.CatchAll]);
        return new FlowTable(schemas, rest);
    }

    private void Observe(string name, string description, Func<PriorityLevel, long> read)
        => _metrics.Meter.CreateObservableGauge(name, () => Measure(read), null, description);

    private IEnumerable<Measurement<long>> Measure(Func<PriorityLevel, long> read)
        => [.. Volatile.Read(ref _levels).Values.Select(level => new Measurement<long>(read(level), new KeyValuePair<string, object?>("priority_level", level.Name)))];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A request of flow schema {Schema} and priority level {Level} was rejected: {Reason}.")]
        public static partial void Rejected(ILogger logger, string schema, string level, string reason);
    }
}
