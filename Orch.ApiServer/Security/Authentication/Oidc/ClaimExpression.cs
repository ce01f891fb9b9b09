using System.Text.Json;
using Orch.Cel;
using Orch.Cel.Json;
using Orch.Security;

namespace Orch.ApiServer.Security.Authentication.Oidc;

/// <summary>An expression over a token's claims, or over the user that they made.</summary>
internal sealed class ClaimExpression
{
    private static readonly CelType ClaimsType = CelType.Map(CelType.String, CelType.Dyn);

    private static readonly CelObjectType UserType = CelObjectType.Of("kubernetes.UserInfo",
    [
        new("username", CelType.String), new("uid", CelType.String), new("groups", CelType.List(CelType.String)),
        new("extra", CelType.Map(CelType.String, CelType.List(CelType.String))),
    ]);

    private static readonly CelEnvironment OfClaims = CelEnvironment.Kubernetes.Extend(static builder => builder.AddVariable("claims", ClaimsType));
    private static readonly CelEnvironment OfUser = CelEnvironment.Kubernetes.Extend(static builder => builder.AddVariable("user", UserType));
    private readonly CelEnvironment _environment;
    private readonly CelProgram _program;

    private ClaimExpression(string text, CelEnvironment environment, CelType? type)
    {
        Text = text;
        _environment = environment;
        var compilation = environment.Compile(text, type);
        if (!compilation.IsValid) { throw new FormatException("compilation failed: " + compilation.ErrorText()); }
        _program = compilation.ToProgram();
    }

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>One that says whether claims hold.</summary>
    /// <exception cref="FormatException">It does not compile.</exception>
    public static ClaimExpression Claim(string text) => new(text, OfClaims, CelType.Bool);

    /// <summary>One that makes a text, or a list of texts, of claims.</summary>
    /// <exception cref="FormatException">It does not compile.</exception>
    public static ClaimExpression Mapping(string text) => new(text, OfClaims, null);

    /// <summary>One that says whether a user holds.</summary>
    /// <exception cref="FormatException">It does not compile.</exception>
    public static ClaimExpression User(string text) => new(text, OfUser, CelType.Bool);

    /// <summary>What the expression makes of claims.</summary>
    /// <exception cref="FormatException">It fails; the message has nothing of the claims.</exception>
    public CelValue Of(JsonElement claims)
        => Evaluate(new CelBindings(_environment).Set("claims", CelJsonElement.Reader.ToValue(claims, ClaimsType)));

    /// <summary>Whether a user holds.</summary>
    /// <exception cref="FormatException">It fails.</exception>
    public bool Holds(UserInfo user)
    {
        var json = JsonSerializer.SerializeToElement(new { username = user.Name, uid = user.Uid, groups = user.Groups, extra = user.Extra });
        return Evaluate(new CelBindings(_environment).Set("user", CelJsonElement.Reader.ToValue(json, UserType))).IsTrue;
    }

    private CelValue Evaluate(CelBindings bindings)
    {
        var result = _program.Evaluate(bindings);
        return result.Error is null ? result.Value : throw new FormatException($"expression '{Text}' resulted in error");
    }

    /// <summary>The texts of a value that is one, or a list of some.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public IReadOnlyList<string> TextsOf(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.Null: return [];
            case CelKind.String: return value.AsString() is { Length: > 0 } one ? [one] : [];
            case CelKind.List:
                var texts = new List<string>();
                for (var index = 0; index < value.AsList().Count; index++)
                {
                    if (value.AsList()[index] is not { Kind: CelKind.String } item) { throw new FormatException($"expression '{Text}' must return a string or a list of strings"); }
                    texts.Add(item.AsString());
                }

                return texts;
            default: throw new FormatException($"expression '{Text}' must return a string or a list of strings");
        }
    }
}
