using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Security;

/// <summary>A real issuer of tokens: its discovery document and its keys over HTTPS, and tokens signed with them.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly HttpHook _server;
    private readonly List<(string Id, ECDsa Key)> _keys = [];

    private TokenIssuer(HttpHook server) => _server = server;

    public string Url => _server.Address.AbsoluteUri.TrimEnd('/');

    public string AuthorityPem => _server.AuthorityPem;

    /// <summary>How often its keys were asked for.</summary>
    public int Fetches { get; private set; }

    /// <summary>Awaited before the keys are told.</summary>
    public Task Pause { get; set; } = Task.CompletedTask;

    /// <summary>Names the key that it signs with.</summary>
    public string KeyId => _keys[0].Id;

    /// <summary>The document of its keys, where it is another than the right one.</summary>
    public string? KeySet { get; set; }

    /// <summary>The right document of its keys.</summary>
    public string RightKeySet => JsonSerializer.Serialize(new { keys = _keys.Select(static item => KeyOf(item.Id, item.Key)) });

    /// <summary>What other paths answer, by the credentials that came.</summary>
    public Func<string, string, string?> Others { get; set; } = static (_, _) => null;

    public static async Task<TokenIssuer> StartAsync()
    {
        TokenIssuer? self = null;
        var server = await HttpHook.StartAsync(context => self!.AnswerAsync(context));
        self = new TokenIssuer(server);
        self.Rotate();
        return self;
    }

    /// <summary>Signs with a new key from now on, and forgets the old ones.</summary>
    public void Rotate()
    {
        _keys.Clear();
        _keys.Add((Guid.NewGuid().ToString("N"), ECDsa.Create(ECCurve.NamedCurves.nistP256)));
    }

    public string Sign(Dictionary<string, object> claims, ECDsa? otherKey = null)
        => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(otherKey ?? _keys[0].Key) { KeyId = _keys[0].Id }, SecurityAlgorithms.EcdsaSha256),
        });

    /// <summary>Signs whatever texts as a token's header and claims.</summary>
    public string SignTexts(string header, string payload)
    {
        var signed = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(payload)}";
        return $"{signed}.{Base64UrlEncoder.Encode(_keys[0].Key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        switch (context.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                await context.Response.WriteAsync(JsonSerializer.Serialize(new { issuer = Url, jwks_uri = Url + "/keys" }));
                break;
            case "/keys":
                Fetches++;
                await Pause;
                await context.Response.WriteAsync(KeySet ?? RightKeySet);
                break;
            default:
                if (Others(context.Request.Path.Value!, context.Request.Headers.Authorization.ToString()) is not { } text) { context.Response.StatusCode = 404; break; }
                context.Response.ContentType = "application/jwt";
                await context.Response.WriteAsync(text);
                break;
        }
    }

    private static object KeyOf(string id, ECDsa key)
    {
        var point = key.ExportParameters(false).Q;
        return new { use = "sig", kty = "EC", kid = id, crv = "P-256", alg = "ES256", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
    }
}
