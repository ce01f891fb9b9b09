using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Serving;
using Orch.Security;

namespace Orch.ApiServer.Audit;

/// <summary>Records what the policy wants of requests.</summary>
/// <param name="policy">Null records nothing: then a request costs one comparison.</param>
internal sealed class Auditor(AuditPolicy? policy, IReadOnlyList<IAuditSink> sinks, TimeProvider time)
{
    /// <summary>Whether anything is recorded of any request.</summary>
    public bool IsOn { get; } = policy is not null && sinks.Count > 0;

    /// <summary>Begins the record of a request that was authenticated, or was not.</summary>
    /// <param name="user">Null when authentication failed.</param>
    public void Begin(ApiRequest request, UserInfo? user)
    {
        var decision = policy!.Decide(user, request.Info);
        if (decision.Level == AuditLevel.None) { return; }
        request.Audit = new AuditScope(this, request, user, decision);
    }

    /// <summary>Now.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Hands the event of a request at one stage to every sink.</summary>
    public void Record(AuditScope scope, AuditStages stage, HttpContext http)
    {
        var now = Now;
        var json = AuditEventWriter.Write(scope, stage, http, now);
        ReadOnlyMemory<byte> bare = default;
        foreach (var sink in sinks)
        {
            if (sink.MaxEventBytes == 0 || json.Length <= sink.MaxEventBytes) { sink.Take(json); continue; }
            if (bare.IsEmpty) { bare = AuditEventWriter.Write(scope, stage, http, now, isCut: true); }
            if (bare.Length <= sink.MaxEventBytes) { sink.Take(bare); } else { sink.Lose(); }
        }
    }
}
