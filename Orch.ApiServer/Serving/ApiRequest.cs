using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Audit;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving.Fairness;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>One request on its way through the server.</summary>
internal sealed class ApiRequest(HttpContext http, RequestInfo info)
{
    /// <summary>Connection, headers and answer.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>What it is about.</summary>
    public RequestInfo Info { get; } = info;

    /// <summary>Who makes it; set by authentication.</summary>
    public UserInfo User { get; set; } = UserInfo.Anonymous;

    /// <summary>Who makes it, where the host of the process vouches for it; null: to be authenticated.</summary>
    public UserInfo? KnownUser { get; init; }

    /// <summary>The client went away, or time is up.</summary>
    public CancellationToken Cancellation { get; set; } = http.RequestAborted;

    /// <summary>The flow schema that it is of; null before it is known.</summary>
    public FlowSchema? Flow { get; set; }

    /// <summary>Holds until <see cref="LeaveSeats"/>.</summary>
    public FlowTicket Seats { get; set; }

    /// <summary>What the audit log will say; null where nothing is recorded.</summary>
    public AuditScope? Audit { get; set; }

    /// <summary>By which the answer and, where there is one, the audit log's record can be found together.</summary>
    public string AuditId => Audit?.Id ?? AuditScope.IdOf(Http.Request);

    /// <summary>For <c>Warning</c> headers.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>The query.</summary>
    public IQueryCollection Query => Http.Request.Query;

    /// <summary>What the client accepts.</summary>
    public string Accept => Http.Request.Headers.Accept.ToString();

    /// <summary>Lets others have its seats; does nothing the second time.</summary>
    public void LeaveSeats()
    {
        var seats = Seats;
        Seats = default;
        seats.Leave();
    }

    /// <summary>The write that this request asks for.</summary>
    public WriteCall Write(bool isDryRun)
        => new(User)
        {
            Manager = WriteOptions.Manager(Http.Request),
            Subresource = Info.Subresource, IsDryRun = isDryRun, Warnings = Warnings,
            FieldManager = TextOf("fieldManager"), FieldValidation = TextOf("fieldValidation"),
            AuditAnnotations = Audit?.Annotations,
        };

    private string? TextOf(string name)
        => Http.Request.QueryString.HasValue && QueryOptions.Text(Query, name) is { Length: > 0 } text ? text : null;
}
