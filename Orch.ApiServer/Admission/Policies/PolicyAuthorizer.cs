using Orch.ApiServer.Security.Reviews;
using Orch.Cel;
using Orch.Security;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Asks the server's authorizers for the expressions about one request, each question once; for one thread at a time.</summary>
/// <remarks>
/// Expressions are evaluated in one go. An answer that takes time is not known to the first evaluation, which gives a fault then; whoever evaluates
/// waits for all that was asked (<see cref="AnswerAsync"/>) and evaluates again.
/// </remarks>
internal sealed class PolicyAuthorizer(AuthorizationDecider decider, UserInfo user, CancellationToken cancellationToken) : ICelAuthorizer
{
    private readonly Dictionary<CelAuthorizationRequest, CelAuthorizationDecision> _known = [];
    private readonly Dictionary<CelAuthorizationRequest, Task<CelAuthorizationDecision>> _asked = [];

    /// <summary>Whether something was asked that is not answered yet.</summary>
    public bool IsWaiting => _asked.Count > 0;

    /// <inheritdoc />
    public CelAuthorizationDecision Authorize(CelAuthorizationRequest request)
    {
        if (_known.TryGetValue(request, out var known)) { return known; }
        if (_asked.ContainsKey(request)) { return CelAuthorizationDecision.Pending; }
        var answer = DecideAsync(request);
        if (answer.IsCompletedSuccessfully) { return _known[request] = answer.Result; }
        _asked.Add(request, answer.AsTask());
        return CelAuthorizationDecision.Pending;
    }

    /// <summary>Waits until all that was asked is answered.</summary>
    public async ValueTask AnswerAsync()
    {
        foreach (var (request, answer) in _asked) { _known[request] = await answer.ConfigureAwait(false); }
        _asked.Clear();
    }

    private async ValueTask<CelAuthorizationDecision> DecideAsync(CelAuthorizationRequest request)
    {
        var attributes = new AuthorizationAttributes(UserOf(request), request.Verb)
        {
            NonResourcePath = request.Path,
            Group = request.Group,
            Version = request.Path is null ? "*" : string.Empty,
            Resource = request.Resource,
            Subresource = request.Subresource,
            Namespace = request.Namespace,
            Name = request.Name,
            FieldSelector = request.FieldSelector ?? string.Empty,
            LabelSelector = request.LabelSelector ?? string.Empty,
        };
        try
        {
            var decision = await decider(attributes, cancellationToken).ConfigureAwait(false);
            return new CelAuthorizationDecision(decision.Verdict == AuthorizationVerdict.Allow, decision.Reason, null);
        }
        catch (Client.ApiException exception)
        {
            return new CelAuthorizationDecision(false, string.Empty, exception.Message);
        }
    }

    private UserInfo UserOf(CelAuthorizationRequest request) => request.ServiceAccount is not { } account
        ? user
        : new UserInfo(
            $"system:serviceaccount:{account.Namespace}:{account.Name}", ["system:serviceaccounts", $"system:serviceaccounts:{account.Namespace}", "system:authenticated"]);
}
