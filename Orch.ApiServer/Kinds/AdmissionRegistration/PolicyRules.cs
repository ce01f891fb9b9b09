using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>The rules that validating and mutating admission policies share.</summary>
internal static class PolicyRules
{
    private static readonly HashSet<string> ReservedWords =
    [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return",
        "var", "void", "while",
    ];

    /// <summary>What happens when a policy cannot be evaluated.</summary>
    public static void FailurePolicy(string? policy, FieldPath path, FieldErrors errors)
    {
        if (policy is null) { errors.Required(path.Child("failurePolicy")); }
        else if (policy is not ("Fail" or "Ignore")) { errors.NotSupported(path.Child("failurePolicy"), policy, "Fail", "Ignore"); }
    }

    /// <summary>The kind of a policy's parameters.</summary>
    public static void ParamKind(V1ParamKind? kind, FieldPath path, FieldErrors errors)
    {
        if (kind is null) { return; }
        if (string.IsNullOrEmpty(kind.ApiVersion)) { errors.Required(path.Child("apiVersion")); }
        else { ApiVersion(kind.ApiVersion, path.Child("apiVersion"), errors); }
        if (string.IsNullOrEmpty(kind.Kind))
        {
            errors.Required(path.Child("kind"));
            return;
        }

#pragma warning disable CA1308 // the rule is that of a lower-case label
        var faults = string.Join(',', NameRules.Label1035Faults(kind.Kind.ToLowerInvariant()));
#pragma warning restore CA1308
        if (faults.Length > 0) { errors.Invalid(path.Child("kind"), kind.Kind, $"may have mixed case, but should otherwise match: {faults}"); }
    }

    /// <summary>Named expressions that others of the policy use.</summary>
    public static void Variables(IList<V1Variable>? variables, PolicyExpressions expressions, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (variables?.Count ?? 0); index++)
        {
            var (variable, at) = (variables![index], path.Index(index));
            if (string.IsNullOrWhiteSpace(variable.Name)) { errors.Required(at.Child("name"), "name is not specified"); }
            else if (!IsIdentifier(variable.Name)) { errors.Invalid(at.Child("name"), variable.Name, "must be a valid CEL identifier"); }
            if (string.IsNullOrWhiteSpace(variable.Expression)) { errors.Required(at.Child("expression"), "expression is not specified"); }
            else { expressions.Declare(variable.Name ?? string.Empty, variable.Expression, at.Child("expression"), errors); }
        }
    }

    /// <summary>Which policy a binding is of.</summary>
    public static void PolicyName(string? name, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path.Child("policyName")); }
        else { NameRules.DnsSubdomain(name, false, path.Child("policyName"), errors); }
    }

    /// <summary>Which parameters a binding gives.</summary>
    public static void ParamRef(V1ParamRef? reference, FieldPath path, FieldErrors errors)
    {
        if (reference is null) { return; }
        var hasName = !string.IsNullOrEmpty(reference.Name);
        if (hasName)
        {
            NameRules.PathSegment(reference.Name, false, path.Child("name"), errors);
            if (reference.Selector is not null) { errors.Forbidden(path.Child("name"), "name and selector are mutually exclusive"); }
        }

        if (reference.Selector is not null)
        {
            SelectorRules.Validate(reference.Selector, path.Child("selector"), errors);
            if (hasName) { errors.Forbidden(path.Child("selector"), "name and selector are mutually exclusive"); }
        }

        if (!hasName && reference.Selector is null) { errors.Required(path, "one of name or selector must be specified"); }
        if (string.IsNullOrEmpty(reference.ParameterNotFoundAction)) { errors.Required(path.Child("parameterNotFoundAction")); }
        else if (reference.ParameterNotFoundAction is not ("Deny" or "Allow"))
        {
            errors.NotSupported(path.Child("parameterNotFoundAction"), reference.ParameterNotFoundAction, "Deny", "Allow");
        }
    }

    private static bool IsIdentifier(string name)
        => (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') && !ReservedWords.Contains(name);

    private static void ApiVersion(string text, FieldPath path, FieldErrors errors)
    {
        var parts = text == "/" ? [string.Empty] : text.Split('/');
        if (parts.Length > 2)
        {
            errors.Invalid(path, text, $"unexpected GroupVersion string: {text}");
            return;
        }

        var (group, version) = parts.Length == 2 ? (parts[0], parts[1]) : (string.Empty, parts[0]);
        if (group.Length > 0 && !TextRules.IsSubdomain(group)) { errors.Invalid(path, group, string.Join(',', NameRules.SubdomainFaults(group))); }
        if (version.Length == 0) { errors.Invalid(path, text, "version must be specified"); }
        else if (string.Join(',', NameRules.Label1035Faults(version)) is { Length: > 0 } faults) { errors.Invalid(path, version, faults); }
    }
}
