using System.Net;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Audit;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Serving.Fairness;
using Orch.Security;

namespace Orch.ApiServer.InProcess;

/// <summary>Lets the calls of typed clients in as the front end does requests: recorded, in their turn, and only where they may.</summary>
/// <remarks>Where nothing is recorded and nobody waits this costs two additions under a lock, beside the authorizers.</remarks>
internal sealed class InProcessGate(AuthorizationChain authorization, FlowController flows, Auditor auditor)
{
    private const string Agent = "orch/in-process";

    /// <summary>Begins a call. It is over with <see cref="InProcessCall.End"/>, whatever becomes of it.</summary>
    public InProcessCall Begin(UserInfo user, RequestInfo info, AuthorizationAttributes attributes)
        => new(user, info, attributes, auditor.IsOn ? RecordOf(user, info, attributes) : null);

    /// <summary>Completes when the call has its seats and may go on.</summary>
    /// <exception cref="Client.ApiException">403, 429.</exception>
    public ValueTask EnterAsync(InProcessCall call, in WorkQuestion question, CancellationToken cancellationToken)
    {
        var seats = flows.EnterAsync(call.User, question, cancellationToken);
        if (!seats.IsCompletedSuccessfully) { return WaitAsync(call, seats, cancellationToken); }
        call.Seats = seats.Result;
        return AuthorizeAsync(call, cancellationToken);
    }

    private async ValueTask WaitAsync(InProcessCall call, ValueTask<FlowTicket> seats, CancellationToken cancellationToken)
    {
        call.Seats = await seats.ConfigureAwait(false);
        await AuthorizeAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AuthorizeAsync(InProcessCall call, CancellationToken cancellationToken)
    {
        var decision = await authorization.DecideAsync(call.Attributes, cancellationToken).ConfigureAwait(false);
        call.Audit?.Authorized(decision);
        if (decision.Verdict != AuthorizationVerdict.Allow) { throw AuthorizationChain.Refusal(call.Attributes, decision.Reason); }
    }

    // The record is that of the same request over the wire, from the machine itself.
    private ApiRequest? RecordOf(UserInfo user, RequestInfo info, AuthorizationAttributes attributes)
    {
        var http = new DefaultHttpContext();
        http.Request.Path = info.Path.Length > 0 ? info.Path : PathOf(info);
        http.Request.QueryString = QueryString.Create(QueryOf(info, attributes));
        http.Request.ContentType = http.Response.ContentType = "application/json";
        http.Request.Headers.UserAgent = Agent;
        http.Connection.RemoteIpAddress = IPAddress.IPv6Loopback;
        var request = new ApiRequest(http, info) { User = user };
        auditor.Begin(request, user);
        return request.Audit is null ? null : request;
    }

    private static IEnumerable<KeyValuePair<string, string?>> QueryOf(RequestInfo info, AuthorizationAttributes attributes)
    {
        if (attributes.FieldSelector.Length > 0) { yield return new("fieldSelector", attributes.FieldSelector); }
        if (attributes.LabelSelector.Length > 0) { yield return new("labelSelector", attributes.LabelSelector); }
        if (info.Verb == "watch") { yield return new("watch", "true"); }
    }

    private static string PathOf(RequestInfo info)
    {
        var path = info.Group.Length == 0 ? $"/api/{info.Version}" : $"/apis/{info.Group}/{info.Version}";
        if (info.Namespace.Length > 0) { path += $"/namespaces/{info.Namespace}"; }
        path += $"/{info.Resource}";
        if (info.Name.Length > 0) { path += $"/{info.Name}"; }
        return info.Subresource.Length > 0 ? $"{path}/{info.Subresource}" : path;
    }
}
