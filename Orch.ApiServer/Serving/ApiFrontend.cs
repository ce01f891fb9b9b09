using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Audit;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving.Fairness;
using Orch.ApiServer.Subresources;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>Takes every request from the wire: authenticates, authorizes, routes, and turns each failure into a <c>Status</c>.</summary>
internal sealed partial class ApiFrontend
{
    private static readonly HashSet<string> AlwaysAllowed = new(StringComparer.Ordinal) { "/healthz", "/livez", "/readyz" };

    private readonly AuthenticationChain _authentication;
    private readonly AuthorizationChain _authorization;
    private readonly Impersonation _impersonation;
    private readonly ServedResources _resources;
    private readonly ResourceEndpoint _objects;
    private readonly ScaleEndpoint _scale;
    private readonly CreateEndpoint _creates;
    private readonly Aggregation.AggregationProxy _aggregated;
    private readonly IPathHandler[] _paths;
    private readonly FrozenDictionary<GroupVersionResource, IReadHandler> _computed;
    private readonly FrozenDictionary<(string Resource, string Subresource), IConnectHandler> _connects;
    private readonly ServingLimits _limits;
    private readonly FlowController _flows;
    private readonly Auditor _auditor;
    private readonly ServerMetrics _metrics;
    private readonly BuiltInPaths _builtIn;
    private readonly TimeProvider _time;
    private readonly ILogger<ApiFrontend> _logger;
    private int _reads;
    private int _writes;

    public ApiFrontend(
        AuthenticationChain authentication, AuthorizationChain authorization, Impersonation impersonation, ServedResources resources, ResourceEndpoint objects,
        ScaleEndpoint scale, CreateEndpoint creates, IEnumerable<IPathHandler> paths, IEnumerable<IConnectHandler> connects, Aggregation.AggregationProxy aggregated, IEnumerable<IReadHandler> computed, ServingLimits limits,
        FlowController flows, Auditor auditor, ServerMetrics metrics, BuiltInPaths builtIn, TimeProvider time, ILogger<ApiFrontend> logger)
    {
        _authentication = authentication;
        _authorization = authorization;
        _impersonation = impersonation;
        _resources = resources;
        _objects = objects;
        _scale = scale;
        _creates = creates;
        _aggregated = aggregated;
        _paths = [.. paths];
        _computed = computed.ToFrozenDictionary(item => item.Declaration.Resource);
        _connects = connects.ToFrozenDictionary(item => (item.Resource, item.Subresource));
        _limits = limits;
        _flows = flows;
        _auditor = auditor;
        _metrics = metrics;
        _builtIn = builtIn;
        _time = time;
        _logger = logger;
        metrics.Meter.CreateObservableGauge("apiserver_current_inflight_requests",
            () => new[]
            {
                new System.Diagnostics.Metrics.Measurement<int>(Volatile.Read(ref _reads), new KeyValuePair<string, object?>("request_kind", "readOnly")),
                new System.Diagnostics.Metrics.Measurement<int>(Volatile.Read(ref _writes), new KeyValuePair<string, object?>("request_kind", "mutating")),
            },
            null, "Requests being answered now, streams left out.");
    }

    /// <summary>Answers one request; never throws but when the client is gone.</summary>
    public Task HandleAsync(HttpContext context) => HandleAsync(context, null);

    /// <summary>The same for a client in the process.</summary>
    /// <param name="user">Who makes the request where the host vouches for it; null: its credentials tell.</param>
    public async Task HandleAsync(HttpContext context, UserInfo? user)
    {
        var started = _time.GetTimestamp();
        var isWatch = context.Request.QueryString is { HasValue: true, Value: { } query } && query.Contains("watch", StringComparison.Ordinal)
            && QueryOptions.Flag(context.Request.Query, "watch");
        var info = RequestInfo.Parse(context.Request.Method, context.Request.Path.Value ?? "/", isWatch);
        var request = new ApiRequest(context, info) { KnownUser = user };
        if (info.IsLongRunning)
        {
            var stream = LabelsOf(info);
            _metrics.LongRunning(stream, 1);
            try { await AnswerAsync(request).ConfigureAwait(false); }
            finally { _metrics.LongRunning(stream, -1); }
            return;
        }

        await BoundedAsync(request).ConfigureAwait(false);
        _metrics.Answered(LabelsOf(info), context.Response.StatusCode, _time.GetElapsedTime(started).TotalSeconds);
    }

    private RequestLabels LabelsOf(RequestInfo info)
        => RequestLabels.Of(info, info.IsResource && (_resources.Find(info.GroupVersionResource) is not null || _creates.Find(info) is not null || _computed.ContainsKey(info.GroupVersionResource)));

    private async ValueTask BoundedAsync(ApiRequest request)
    {
        var isRead = HttpMethods.IsGet(request.Http.Request.Method) || HttpMethods.IsHead(request.Http.Request.Method);
        Interlocked.Increment(ref isRead ? ref _reads : ref _writes);
        try
        {
            TimeSpan? asked;
            try { asked = RequestTimeout.Of(request.Http.Request); }
            catch (ApiException error) { await RefuseAsync(request, error).ConfigureAwait(false); return; }
            using var deadline = new RequestDeadline(asked < _limits.RequestTimeout ? asked.Value : _limits.RequestTimeout, _time, request.Http.RequestAborted);
            request.Cancellation = deadline.Token;
            await deadline.RunAsync(AnswerAsync(request)).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref isRead ? ref _reads : ref _writes);
        }
    }

    private async ValueTask AnswerAsync(ApiRequest request)
    {
        try
        {
            await IdentifyAsync(request).ConfigureAwait(false);
            // Streams but watches are bound by nothing; a watch gives its seats back once it has sent what there was.
            if (!request.Info.IsLongRunning || request.Info.Verb == "watch") { request.Seats = await _flows.EnterAsync(request).ConfigureAwait(false); }
            await AuthorizeAsync(request).ConfigureAwait(false);
            await DispatchAsync(request).ConfigureAwait(false);
        }
        catch (ApiException error)
        {
            await RefuseAsync(request, error).ConfigureAwait(false);
        }
        catch (Exception) when (request.Http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; nobody is left to tell.
        }
        catch (OperationCanceledException)
        {
            await RefuseAsync(request, Refusals.TookTooLong()).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            await RefuseAsync(request, ApiErrors.BadRequest("the request could not be read", error)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Log.Failed(_logger, request.Http.Request.Method, request.Info.Path, error);
            request.Audit?.Fail();
            await RefuseAsync(request, ApiErrors.Internal("the server failed to answer; its log has the reason")).ConfigureAwait(false);
        }
        finally
        {
            request.LeaveSeats();
            request.Audit?.Complete();
        }
    }

    private async ValueTask IdentifyAsync(ApiRequest request)
    {
        try
        {
            request.User = request.KnownUser ?? await _authentication.AuthenticateAsync(request.Http).ConfigureAwait(false);
        }
        catch (ApiException) when (_auditor.IsOn)
        {
            _auditor.Begin(request, null);
            throw;
        }

        if (_auditor.IsOn) { _auditor.Begin(request, request.User); }
        var asked = request.User;
        request.User = await _impersonation.ApplyAsync(request).ConfigureAwait(false);
        if (!ReferenceEquals(asked, request.User)) { request.Audit?.Impersonate(request.User); }
    }

    private async ValueTask RefuseAsync(ApiRequest request, ApiException error)
    {
        request.Cancellation = request.Http.RequestAborted;
        request.Audit?.Refuse(error.Status);
        if (request.Cancellation.IsCancellationRequested) { return; }
        if (Refusals.IsNoSuchPath(error) && !request.Http.Response.HasStarted && !_builtIn.Claims(request.Info.Path))
        {
            await Answer.TextAsync(request, StatusCodes.Status404NotFound, "404 page not found\n").ConfigureAwait(false);
            return;
        }

        await Answer.ErrorAsync(request, error).ConfigureAwait(false);
    }

    private async ValueTask AuthorizeAsync(ApiRequest request)
    {
        if (!request.Info.IsResource && AlwaysAllowed.Contains(request.Info.Path)) { return; }
        var attributes = AttributesOf(request);
        var decision = await _authorization.DecideAsync(attributes, request.Cancellation).ConfigureAwait(false);
        request.Audit?.Authorized(decision);
        if (decision.Verdict != AuthorizationVerdict.Allow) { throw AuthorizationChain.Refusal(attributes, decision.Reason); }
    }

    private static AuthorizationAttributes AttributesOf(ApiRequest request)
    {
        var info = request.Info;
        if (!info.IsResource) { return new AuthorizationAttributes(request.User, info.Verb) { NonResourcePath = info.Path }; }

        var name = info.Name;
        var fields = string.Empty;
        var labels = string.Empty;
        if (info.Verb is "list" or "watch" or "deletecollection" && request.Http.Request.QueryString.HasValue)
        {
            fields = QueryOptions.Text(request.Query, "fieldSelector");
            labels = QueryOptions.Text(request.Query, "labelSelector");
            // What is deleted by a selector is not named, as upstream.
            if (name.Length == 0 && info.Verb != "deletecollection") { name = NameOf(fields); }
        }

        return new AuthorizationAttributes(request.User, info.Verb)
        {
            Group = info.Group, Version = info.Version, Resource = info.Resource, Subresource = info.Subresource, Name = name,
            Namespace = info.Home,
            FieldSelector = fields, LabelSelector = labels,
        };
    }

    // A list of one name may be allowed to those who may see just that.
    private static string NameOf(string fieldSelector)
    {
        if (!fieldSelector.Contains("metadata.name", StringComparison.Ordinal)) { return string.Empty; }
        try { return FieldSelector.Parse(fieldSelector).RequiredValue("metadata.name") is { } name && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '%') < 0 ? name : string.Empty; }
        catch (SelectorException) { return string.Empty; }
    }

    private ValueTask DispatchAsync(ApiRequest request)
    {
        var info = request.Info;
        if (!info.IsResource)
        {
            foreach (var handler in _paths)
            {
                if (handler.Handles(info.Path)) { return handler.HandleAsync(request); }
            }

            return Refusals.AnswerNoSuchPageAsync(request);
        }

        CheckName(info);
        var goesOn = info.Rest.Length > 0 && info.Subresource != "proxy";
        if (_creates.Find(info) is { } create) { return goesOn ? throw Refusals.NoSuchPath() : _creates.HandleAsync(request, create); }
        if (_resources.Find(info.GroupVersionResource) is not { } resource)
        {
            if (_computed.GetValueOrDefault(info.GroupVersionResource) is { } reads) { return goesOn ? throw Refusals.NoSuchPath() : reads.HandleAsync(request); }
            if (_aggregated.Find(info) is { } api) { return _aggregated.HandleAsync(request, api); }
            return IsOwnGroup(info.Group) ? throw Refusals.NoSuchPath() : Refusals.AnswerNoSuchPageAsync(request);
        }

        if (resource.Declaration is CustomResourceDeclaration) { return DispatchCustomAsync(request, resource); }
        if (goesOn) { throw Refusals.NoSuchPath(); }
        if (resource.IsNamespaced && info is { Name.Length: > 0, Namespace.Length: 0 }) { throw Refusals.NoSuchPath(); }
        if (!resource.IsNamespaced && info.Namespace.Length > 0) { throw Refusals.NoSuchPath(); }
        if (resource.Declaration.DeprecationWarning is { } text) { request.Warnings.Add(text); }
        switch (info.Subresource)
        {
            case "": return _objects.HandleAsync(request, resource);
            case "status" when resource.Declaration.HasStatus: return _objects.HandleAsync(request, resource);
            case "finalize" when resource.Resource is { Group.Length: 0, Resource: "namespaces" }: return _objects.HandleAsync(request, resource);
            case var part when resource.Declaration.PartialUpdates.ContainsKey(part): return _objects.HandleAsync(request, resource);
            case "scale" when resource.Declaration.Scale is not null: return _scale.HandleAsync(request, resource);
            default:
                if (info.Group.Length == 0 && _connects.TryGetValue((info.Resource, info.Subresource), out var connect)) { return connect.HandleAsync(request, resource); }
                throw resource.Declaration is CustomResourceDeclaration ? ApiErrors.NotFound(resource.Resource, info.Name) : Refusals.NoSuchPath();
        }
    }

    // Upstream serves these by hand, outside its routes, and answers otherwise.
    private ValueTask DispatchCustomAsync(ApiRequest request, ServedResource resource)
    {
        var info = request.Info;
        var isFitting = resource.IsNamespaced ? info.Namespace.Length > 0 || info.Verb is "list" or "watch" : info.Namespace.Length == 0;
        if (!isFitting) { return Refusals.AnswerNoSuchPageAsync(request); }
        if (resource.Declaration.DeprecationWarning is { } text) { request.Warnings.Add(text); }
        return info.Subresource switch
        {
            "" => _objects.HandleAsync(request, resource),
            "status" when resource.Declaration.HasStatus => _objects.HandleAsync(request, resource),
            "scale" when resource.Declaration.Scale is not null => _scale.HandleAsync(request, resource),
            _ => throw Errors.ApiErrors.NotFound(resource.Resource, info.Name),
        };
    }

    private bool IsOwnGroup(string group)
        => _resources.All.Any(item => item.Declaration is not CustomResourceDeclaration && item.Resource.Group == group)
            || _creates.All.Any(item => item.Description.Resource.Group == group);

    // No object has such a name, and as a part of a path it would mean another.
    private static void CheckName(RequestInfo info)
    {
        var name = info.Name;
        if (info.Namespace.AsSpan().IndexOfAny('/', '%') >= 0) { throw Refusals.NoSuchPath(); }
        if (name.AsSpan().IndexOfAny('/', '%') < 0 && name is not ("." or "..")) { return; }
        var faults = name is "." or ".."
            ? [$"may not be '{name}'"]
            : new[] { ('/', "may not contain '/'"), ('%', "may not contain '%'") }.Where(fault => name.Contains(fault.Item1, StringComparison.Ordinal)).Select(static fault => fault.Item2).ToArray();
        throw ApiErrors.BadRequest($"Name parameter invalid: {Validation.GoText.Quote(name)}: {string.Join(";", faults)}");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed.")]
        public static partial void Failed(ILogger logger, string method, string path, Exception exception);
    }
}
