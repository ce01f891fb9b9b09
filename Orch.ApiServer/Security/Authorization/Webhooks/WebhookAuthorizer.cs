using System.Text;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Configuration;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Security.Authorization.Webhooks;

/// <summary>Asks another server, by <c>SubjectAccessReview</c>, and remembers what it said.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/webhook/</remarks>
internal sealed partial class WebhookAuthorizer : IAuthorizer, IDisposable
{
    private const int MaxRemembered = 8192;
    private const int MaxRememberedLength = 10_000;
    private readonly WebhookQuestion _server;
    private readonly ExpiringCache<TokenHash, AuthorizationDecision> _answers;
    private readonly TimeSpan _allowedMemory;
    private readonly TimeSpan _refusedMemory;
    private readonly TimeSpan _timeout;
    private readonly bool _deniesOnFailure;
    private readonly AccessConditions _conditions;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public WebhookAuthorizer(string name, WebhookAuthorizerFile configuration, WebhookQuestion server, TimeProvider time, ILogger<WebhookAuthorizer> logger)
    {
        Name = name;
        _server = server;
        _time = time;
        _logger = logger;
        _answers = new ExpiringCache<TokenHash, AuthorizationDecision>(MaxRemembered, time);
        _allowedMemory = configuration.CacheAuthorizedRequests == false ? TimeSpan.Zero : AuthorizationConfiguration.Duration(configuration.AuthorizedTtl ?? "5m");
        _refusedMemory = configuration.CacheUnauthorizedRequests == false ? TimeSpan.Zero : AuthorizationConfiguration.Duration(configuration.UnauthorizedTtl ?? "30s");
        _timeout = AuthorizationConfiguration.Duration(configuration.Timeout!);
        _deniesOnFailure = configuration.FailurePolicy == "Deny";
        _conditions = AccessConditions.Of((configuration.MatchConditions ?? []).Select(static condition => condition.Expression ?? string.Empty));
    }

    public string Name { get; }

    public async ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken)
    {
        var spec = SpecOf(attributes);
        var json = ApiJson.Serialize(spec);
        switch (_conditions.Match(json))
        {
            case false: return AuthorizationDecision.NoOpinion;
            case null: return Fail("its match conditions cannot be evaluated");
        }

        var text = Encoding.UTF8.GetString(json);
        var hash = TokenHash.Of(text);
        if (_answers.TryGet(hash, out var known)) { return known; }
        using var limit = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        V1SubjectAccessReviewStatus? status;
        try
        {
            var review = new V1SubjectAccessReview { ApiVersion = "authorization.k8s.io/v1", Kind = "SubjectAccessReview", Spec = spec };
            status = (await _server.AskAsync(review, either.Token).ConfigureAwait(false)).Status;
        }
        catch (Exception failed) when (failed is WebhookFailedException || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Log.Failed(_logger, Name, failed);
            return Fail("it did not answer");
        }

        var decision = status switch
        {
            { Denied: true, Allowed: true } => AuthorizationDecision.Deny($"webhook subject access review returned both allow and deny response"),
            { Denied: true } => AuthorizationDecision.Deny(status.Reason ?? string.Empty),
            { Allowed: true } => AuthorizationDecision.Allow(status.Reason ?? string.Empty),
            _ => new AuthorizationDecision(AuthorizationVerdict.NoOpinion, status?.Reason ?? string.Empty),
        };
        if (text.Length <= MaxRememberedLength) { _answers.Set(hash, decision, decision.Verdict == AuthorizationVerdict.Allow ? _allowedMemory : _refusedMemory); }
        return decision;
    }

    /// <inheritdoc />
    public void Dispose() => _server.Dispose();

    private AuthorizationDecision Fail(string reason) => _deniesOnFailure ? AuthorizationDecision.Deny($"webhook authorizer {Name}: {reason}") : AuthorizationDecision.NoOpinion;

    private static V1SubjectAccessReviewSpec SpecOf(AuthorizationAttributes attributes) => new()
    {
        User = attributes.User.Name,
        Groups = attributes.User.Groups.Count == 0 ? null : [.. attributes.User.Groups],
        Uid = attributes.User.Uid.Length == 0 ? null : attributes.User.Uid,
        Extra = attributes.User.Extra.Count == 0 ? null : attributes.User.Extra.ToDictionary(static entry => entry.Key, static entry => (IList<string>)[.. entry.Value]),
        NonResourceAttributes = attributes.NonResourcePath is { } path ? new V1NonResourceAttributes { Path = path, Verb = attributes.Verb } : null,
        ResourceAttributes = attributes.NonResourcePath is not null ? null : new V1ResourceAttributes
        {
            Verb = attributes.Verb,
            Group = NullIfEmpty(attributes.Group),
            Version = NullIfEmpty(attributes.Version),
            Resource = NullIfEmpty(attributes.Resource),
            Subresource = NullIfEmpty(attributes.Subresource),
            NamespaceProperty = NullIfEmpty(attributes.Namespace),
            Name = NullIfEmpty(attributes.Name),
            FieldSelector = SelectorAttributes.FieldsOf(attributes.FieldSelector),
            LabelSelector = SelectorAttributes.LabelsOf(attributes.LabelSelector),
        },
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Webhook authorizer {Authorizer} did not answer.")]
        public static partial void Failed(ILogger logger, string authorizer, Exception exception);
    }
}
