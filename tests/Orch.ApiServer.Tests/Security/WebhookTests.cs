using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Authorization.Webhooks;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

public sealed class WebhookTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orch-webhooks").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<JsonElement> _asked = new();
    private Func<JsonElement, (int Code, object Status)> _answer = _ => (500, new { });
    private HttpHook _hook = null!;

    public async Task InitializeAsync() => _hook = await HttpHook.StartAsync(async context =>
    {
        if (context.Request.Headers.Authorization != "Bearer hook-token" || context.Request.Path != "/hook") { context.Response.StatusCode = 401; return; }
        var question = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        _asked.Enqueue(question);
        var (code, status) = _answer(question);
        context.Response.StatusCode = code;
        await context.Response.WriteAsync(JsonSerializer.Serialize(new { apiVersion = question.GetProperty("apiVersion").GetString(), kind = question.GetProperty("kind").GetString(), status }));
    });

    public async Task DisposeAsync()
    {
        await _hook.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Token_KnownToTheWebhook_IsRememberedForAWhile()
    {
        _answer = _ => (200, new { authenticated = true, user = new { username = "jane", uid = "42", groups = new[] { "devs" }, extra = new Dictionary<string, string[]> { ["k"] = ["v"] } }, audiences = new[] { "https://us" } });
        using var authenticator = Authenticator();

        var user = await AskAsync(authenticator, "secret");
        await AskAsync(authenticator, "secret");

        Assert.Equal(("jane", "42"), (user!.Name, user.Uid));
        Assert.Equal(["devs", "system:authenticated"], user.Groups);
        Assert.Equal(["v"], user.Extra["k"]);
        Assert.Equal("secret", Assert.Single(_asked).GetProperty("spec").GetProperty("token").GetString());
        Assert.Equal("https://us", _asked.First().GetProperty("spec").GetProperty("audiences")[0].GetString());

        _time.Advance(TimeSpan.FromMinutes(2));
        await AskAsync(authenticator, "secret");
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task Token_UnknownThere_IsNobodysAndRememberedToo()
    {
        _answer = _ => (200, new { authenticated = false });
        using var authenticator = Authenticator();
        Assert.Null(await AskAsync(authenticator, "x"));
        Assert.Null(await AskAsync(authenticator, "x"));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Token_MeantForOthers_IsRefused()
    {
        _answer = _ => (200, new { authenticated = true, user = new { username = "jane" }, audiences = new[] { "https://them" } });
        using var authenticator = Authenticator();
        Assert.Null(await AskAsync(authenticator, "x"));
    }

    [Fact]
    public async Task Token_WebhookRefusesToAnswer_FailsWithoutBeingRemembered()
    {
        _answer = _ => (403, new { });
        using var authenticator = Authenticator();
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AskAsync(authenticator, "x"));
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => AskAsync(authenticator, "x"));
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData(true, false, AuthorizationVerdict.Allow)]
    [InlineData(false, false, AuthorizationVerdict.NoOpinion)]
    [InlineData(false, true, AuthorizationVerdict.Deny)]
    [InlineData(true, true, AuthorizationVerdict.Deny)]
    public async Task Authorize_Answer_IsTheVerdict(bool allowed, bool denied, AuthorizationVerdict verdict)
    {
        _answer = _ => (200, new { allowed, denied, reason = "because" });
        using var authorizer = Authorizer("NoOpinion");
        var decision = await authorizer.AuthorizeAsync(Request, CancellationToken.None);
        await authorizer.AuthorizeAsync(Request, CancellationToken.None);

        Assert.Equal(verdict, decision.Verdict);
        var spec = Assert.Single(_asked).GetProperty("spec");
        Assert.Equal("jane", spec.GetProperty("user").GetString());
        var resource = spec.GetProperty("resourceAttributes");
        Assert.Equal(("list", "apps", "deployments", "shop"), (resource.GetProperty("verb").GetString(), resource.GetProperty("group").GetString(), resource.GetProperty("resource").GetString(), resource.GetProperty("namespace").GetString()));
        Assert.Equal("""{"requirements":[{"key":"a","operator":"In","values":["b"]}]}""", resource.GetProperty("labelSelector").GetRawText());
        Assert.Equal("""{"requirements":[{"key":"metadata.name","operator":"NotIn","values":["x"]}]}""", resource.GetProperty("fieldSelector").GetRawText());
    }

    [Theory]
    [InlineData("NoOpinion", AuthorizationVerdict.NoOpinion)]
    [InlineData("Deny", AuthorizationVerdict.Deny)]
    public async Task Authorize_WebhookFails_FollowsThePolicyEachTime(string policy, AuthorizationVerdict verdict)
    {
        _answer = _ => (401, new { });
        using var authorizer = Authorizer(policy);
        Assert.Equal(verdict, (await authorizer.AuthorizeAsync(Request, CancellationToken.None)).Verdict);
        await authorizer.AuthorizeAsync(Request, CancellationToken.None);
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData("request.resourceAttributes.namespace == 'shop'", 1, AuthorizationVerdict.Allow)]
    [InlineData("request.resourceAttributes.namespace != 'shop'", 0, AuthorizationVerdict.NoOpinion)]
    [InlineData("has(request.nonResourceAttributes)", 0, AuthorizationVerdict.NoOpinion)]
    [InlineData("'devs' in request.groups && request.resourceAttributes.labelSelector.requirements.exists(r, r.key == 'a')", 1, AuthorizationVerdict.Allow)]
    [InlineData("request.nonResourceAttributes.path == '/x'", 0, AuthorizationVerdict.Deny)]
    public async Task Authorize_MatchCondition_DecidesWhetherToAsk(string condition, int asked, AuthorizationVerdict verdict)
    {
        _answer = _ => (200, new { allowed = true });
        using var authorizer = new WebhookAuthorizer("w", new WebhookAuthorizerFile { Timeout = "3s", FailurePolicy = "Deny", MatchConditions = [new MatchConditionFile { Expression = condition }] }, Question(), _time, NullLogger<WebhookAuthorizer>.Instance);

        Assert.Equal(verdict, (await authorizer.AuthorizeAsync(Request, CancellationToken.None)).Verdict);
        Assert.Equal(asked, _asked.Count);
    }

    [Fact]
    public async Task Authorize_Refusal_IsForgottenSooner()
    {
        _answer = _ => (200, new { allowed = false });
        using var authorizer = Authorizer("NoOpinion");
        await authorizer.AuthorizeAsync(Request, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(30));
        _answer = _ => (200, new { allowed = true });
        Assert.Equal(AuthorizationVerdict.Allow, (await authorizer.AuthorizeAsync(Request, CancellationToken.None)).Verdict);
        _time.Advance(TimeSpan.FromMinutes(4));
        await authorizer.AuthorizeAsync(Request, CancellationToken.None);
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData("[]", "authorizers: Required value: at least one authorization mode must be defined")]
    [InlineData("[{type: RBAC, name: rbac}, {type: RBAC, name: again}]", "authorizers[1].type: Duplicate value: \"RBAC\"")]
    [InlineData("[{type: Magic, name: m}]", "authorizers[0].type: Unsupported value: \"Magic\"")]
    [InlineData("[{type: Webhook, name: w}]", "authorizers[0].webhook: Required value: required when type=Webhook")]
    [InlineData("[{type: RBAC, name: r, webhook: {timeout: 3s}}]", "authorizers[0].webhook: Invalid value: \"non-null\": may only be specified when type=Webhook")]
    [InlineData("[{type: Webhook, name: w, webhook: {timeout: 40s, subjectAccessReviewVersion: v1, failurePolicy: Deny, connectionInfo: {type: KubeConfigFile, kubeConfigFile: /x}}}]", "authorizers[0].webhook.timeout: Invalid value: \"40s\": must be <= 30s")]
    [InlineData("[{type: Webhook, name: w, webhook: {timeout: 3s, subjectAccessReviewVersion: v1, failurePolicy: Maybe, connectionInfo: {type: KubeConfigFile, kubeConfigFile: x}}}]", "authorizers[0].webhook.connectionInfo.kubeConfigFile: Invalid value: \"x\": must be an absolute path")]
    public void Configuration_Faulty_NamesTheField(string authorizers, string message)
    {
        var text = $"apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers: {authorizers}\n";
        var failure = Assert.Throws<FormatException>(() => AuthorizationConfiguration.Checked(
            ConfigurationFile.Parse<AuthorizationConfigurationFile>(System.Text.Encoding.UTF8.GetBytes(text), "file", "AuthorizationConfiguration", "apiserver.config.k8s.io/v1"), "file"));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5m0s", 300)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("300ms", 0.3)]
    [InlineData("0", 0)]
    public void Duration_AsGoWritesIt_IsRead(string text, double seconds) => Assert.Equal(seconds, AuthorizationConfiguration.Duration(text).TotalSeconds, 6);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("999999999999h")]
    public void Duration_Other_IsNone(string text) => Assert.Throws<FormatException>(() => AuthorizationConfiguration.Duration(text));

    private static AuthorizationAttributes Request => new(new UserInfo("jane", ["devs"]), "list")
    {
        Group = "apps", Version = "v1", Resource = "deployments", Namespace = "shop", LabelSelector = "a=b", FieldSelector = "metadata.name!=x",
    };

    private WebhookTokenAuthenticator Authenticator() => new(Question(), ["https://us"], TimeSpan.FromMinutes(2), _time);

    private WebhookAuthorizer Authorizer(string policy)
        => new("w", new WebhookAuthorizerFile { Timeout = "3s", FailurePolicy = policy }, Question(), _time, NullLogger<WebhookAuthorizer>.Instance);

    private WebhookQuestion Question() => new(WebhookConnection.Load(_hook.WriteKubeconfig(_folder), TimeSpan.FromSeconds(20)), _time);

    private static async Task<UserInfo?> AskAsync(WebhookTokenAuthenticator authenticator, string token)
        => await authenticator.AuthenticateAsync(new RequestCredentials(token, null), CancellationToken.None);
}
