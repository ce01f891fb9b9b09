using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orch.ApiServer.Serving;
using Orch.Security;

namespace Orch.ApiServer.Audit;

/// <summary>The record of one request while it is answered.</summary>
/// <remarks>Bodies are copied as they pass, and only where the policy wants them.</remarks>
internal sealed class AuditScope
{
    private const int MaxIdLength = 64;
    private readonly Auditor _auditor;
    private readonly HttpContext _http;
    private readonly CopiedBytes? _requestBody;
    private readonly CopiedBytes? _responseBody;
    private bool _hasResponded;
    private bool _isComplete;

    public AuditScope(Auditor auditor, ApiRequest request, UserInfo? user, AuditDecision decision)
    {
        _auditor = auditor;
        _http = request.Http;
        Decision = decision;
        User = user;
        Info = request.Info;
        Received = auditor.Now;
        Id = IdOf(_http.Request);
        if (decision.Level >= AuditLevel.Request && !request.Info.IsLongRunning) { _http.Request.Body = new BodyCopy(_http.Request.Body, _requestBody = new CopiedBytes()); }
        if (decision.Level >= AuditLevel.RequestResponse && !request.Info.IsLongRunning)
        {
            // A compressed body could not be shown.
            _http.Request.Headers.Remove("Accept-Encoding");
            _responseBody = new CopiedBytes();
            _http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new BodyCopy(_http.Response.Body, _responseBody), _http.Features.Get<IHttpResponseBodyFeature>()!));
        }

        Record(AuditStages.RequestReceived);
    }

    /// <summary>The client's own if it gave one that can be shown, or a new one.</summary>
    public static string IdOf(HttpRequest request)
    {
        var given = request.Headers["Audit-ID"].ToString();
        return given.Length is > 0 and <= MaxIdLength && !given.AsSpan().ContainsAnyExceptInRange('!', '~') ? given : Guid.NewGuid().ToString();
    }

    /// <summary>What the policy wants.</summary>
    public AuditDecision Decision { get; }

    /// <summary>Of the request; the client's own if it gave one.</summary>
    public string Id { get; }

    /// <summary>Null when nobody was known.</summary>
    public UserInfo? User { get; }

    /// <summary>Whom the user acts as.</summary>
    public UserInfo? Impersonated { get; private set; }

    /// <summary>What the request is about.</summary>
    public RequestInfo Info { get; }

    /// <summary>When the record began.</summary>
    public DateTimeOffset Received { get; }

    /// <summary>Notes of authorization and admission.</summary>
    public IDictionary<string, string> Annotations { get; } = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The refusal, if it was refused.</summary>
    public V1Status? Refusal { get; private set; }

    /// <summary>The request's body as far as it was read.</summary>
    public ReadOnlyMemory<byte> RequestBody => _requestBody?.Bytes ?? default;

    /// <summary>The answer's body.</summary>
    public ReadOnlyMemory<byte> ResponseBody => _responseBody?.Bytes ?? default;

    /// <summary>Whether a body was too large to be recorded.</summary>
    public bool IsCut => _requestBody?.IsCut == true || _responseBody?.IsCut == true;

    /// <summary>A body that does not come as a stream.</summary>
    public void Sends(ReadOnlySpan<byte> body) => _requestBody?.Add(body);

    /// <summary>The same of an answer.</summary>
    public void Answers(ReadOnlySpan<byte> body) => _responseBody?.Add(body);

    /// <summary>The user acts as another.</summary>
    public void Impersonate(UserInfo user) => Impersonated = user;

    /// <summary>The authorizers have decided.</summary>
    public void Authorized(AuthorizationDecision decision)
    {
        Annotations["authorization.k8s.io/decision"] = decision.Verdict == AuthorizationVerdict.Allow ? "allow" : "forbid";
        Annotations["authorization.k8s.io/reason"] = decision.Reason;
    }

    /// <summary>The request is refused.</summary>
    public void Refuse(V1Status status) => Refusal = status;

    /// <summary>The server failed to answer, and that is the last that is recorded.</summary>
    public void Fail()
    {
        if (_isComplete) { return; }
        _isComplete = true;
        Record(AuditStages.Panic);
    }

    /// <summary>The answer begins.</summary>
    public void Respond()
    {
        if (_hasResponded) { return; }
        _hasResponded = true;
        if (Info.IsLongRunning) { Record(AuditStages.ResponseStarted); }
    }

    /// <summary>The answer is sent, or nobody is left to send it to; once.</summary>
    public void Complete()
    {
        if (_isComplete) { return; }
        _isComplete = true;
        Record(AuditStages.ResponseComplete);
    }

    private void Record(AuditStages stage)
    {
        if ((Decision.Omitted & stage) != 0) { return; }
        _auditor.Record(this, stage, _http);
    }
}
