using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Audit;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Serving.Fairness;
using Orch.Client;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.InProcess;

/// <summary>One call of a client in the process, from the moment it is asked to its outcome.</summary>
/// <param name="record">What the audit log will say; null where nothing is recorded.</param>
internal sealed class InProcessCall(UserInfo user, RequestInfo info, AuthorizationAttributes attributes, ApiRequest? record)
{
    /// <summary>Who calls.</summary>
    public UserInfo User { get; } = user;

    /// <summary>What the call is about.</summary>
    public RequestInfo Info { get; } = info;

    /// <summary>What the authorizers are asked.</summary>
    public AuthorizationAttributes Attributes { get; } = attributes;

    /// <summary>The caller wants it no more, or time is up.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>Held until <see cref="LeaveSeats"/>.</summary>
    public FlowTicket Seats { get; set; }

    /// <summary>Null where nothing is recorded.</summary>
    public AuditScope? Audit => record?.Audit;

    /// <summary>Lets others have its seats; does nothing the second time.</summary>
    public void LeaveSeats()
    {
        var seats = Seats;
        Seats = default;
        seats.Leave();
    }

    /// <summary>Records what is sent, where the policy wants bodies.</summary>
    public void Sends(IKubernetesObject body)
    {
        if (Audit is { Decision.Level: >= AuditLevel.Request } audit) { audit.Sends(ApiJson.Serialize(body, body.GetType())); }
    }

    /// <summary>The same for a patch.</summary>
    public void Sends(ReadOnlyMemory<byte> body) => Audit?.Sends(body.Span);

    /// <summary>The answer begins.</summary>
    public void Begins(object? answer)
    {
        if (record is not { Audit: { } audit }) { return; }
        record.Http.Response.StatusCode = Info.Verb == "create" ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        audit.Respond();
        if (audit.Decision.Level >= AuditLevel.RequestResponse && answer is IKubernetesObject body) { audit.Answers(ApiJson.Serialize(body, body.GetType())); }
    }

    /// <summary>Records a refusal.</summary>
    /// <returns>False, so that it can stand in the filter of a catch which lets the refusal pass.</returns>
    public bool Refuses(ApiException refusal)
    {
        if (record is { Audit: { } audit })
        {
            record.Http.Response.StatusCode = refusal.Code;
            audit.Refuse(refusal.Status);
            if (audit.Decision.Level >= AuditLevel.RequestResponse) { audit.Answers(ApiJson.Serialize(refusal.Status)); }
        }

        return false;
    }

    /// <summary>Records that time was up; the refusal.</summary>
    public ApiException TookTooLong()
    {
        var refusal = Refusals.TookTooLong();
        Refuses(refusal);
        return refusal;
    }

    /// <summary>The call is over.</summary>
    public void End()
    {
        LeaveSeats();
        Audit?.Complete();
    }
}
