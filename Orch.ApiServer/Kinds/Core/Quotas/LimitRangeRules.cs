using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Quotas;

/// <summary>The rules for limit ranges.</summary>
internal static class LimitRangeRules
{
    private static readonly FieldPath Limits = FieldPath.Of("spec").Child("limits");
    private static readonly Dictionary<string, ResourceQuantity> None = [];

    /// <summary>Each limit by itself, and that no type has two.</summary>
    public static void Validate(V1LimitRangeSpec spec, FieldErrors errors)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (spec.Limits?.Count ?? 0); index++)
        {
            var (item, path) = (spec.Limits![index], Limits.Index(index));
            var type = item.Type ?? string.Empty;
            Type(type, path.Child("type"), errors);
            if (!types.Add(type)) { errors.Duplicate(path.Child("type"), type); }
            Item(item, type, path, errors);
        }
    }

    private static void Type(string type, FieldPath path, FieldErrors errors)
    {
        if (!TextRules.IsQualifiedName(type)) { TextRules.QualifiedName(type, path, errors); }
        else if (!type.Contains('/', StringComparison.Ordinal) && type is not ("Pod" or "Container" or "PersistentVolumeClaim")) { errors.Invalid(path, type, "must be a standard limit type or fully qualified"); }
    }

    private static void Item(V1LimitRangeItem item, string type, FieldPath path, FieldErrors errors)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        Names(item.Max, type, path.Child("max"), names, errors);
        Names(item.Min, type, path.Child("min"), names, errors);
        if (type == "Pod")
        {
            if (item.DefaultProperty is { Count: > 0 }) { errors.Forbidden(path.Child("default"), "may not be specified when `type` is 'Pod'"); }
            if (item.DefaultRequest is { Count: > 0 }) { errors.Forbidden(path.Child("defaultRequest"), "may not be specified when `type` is 'Pod'"); }
        }
        else
        {
            Names(item.DefaultProperty, type, path.Child("default"), names, errors);
            Names(item.DefaultRequest, type, path.Child("defaultRequest"), names, errors);
        }

        if (type == "PersistentVolumeClaim" && item.Min?.ContainsKey("storage") != true && item.Max?.ContainsKey("storage") != true)
        {
            errors.Required(path.Child("limits"), "either minimum or maximum storage value is required, but neither was provided");
        }

        Names(item.MaxLimitRequestRatio, type, path.Child("maxLimitRequestRatio"), names, errors);
        foreach (var name in names) { Amounts(item, name, type, path, errors); }
    }

    private static void Names(IDictionary<string, ResourceQuantity>? amounts, string type, FieldPath path, SortedSet<string> names, FieldErrors errors)
    {
        foreach (var (name, _) in amounts ?? None)
        {
            names.Add(name);
            if (type is "Pod" or "Container") { ResourceRules.Name(name, path, errors); }
            else { ResourceNames.Validate(name, path.Key(name), errors); }
        }
    }

    private static void Amounts(V1LimitRangeItem item, string name, string type, FieldPath path, FieldErrors errors)
    {
        var (min, max, ratio) = (Find(item.Min, name), Find(item.Max, name), Find(item.MaxLimitRequestRatio, name));
        var (limit, request) = type == "Pod" ? (null, null) : (Find(item.DefaultProperty, name), Find(item.DefaultRequest, name));
        var (atMin, atLimit, atRequest) = (path.Child("min").Key(name), path.Child("default").Key(name), path.Child("defaultRequest").Key(name));
        if (IsMore(min, max)) { errors.Invalid(atMin, min, $"min value {Text(min)} is greater than max value {Text(max)}"); }
        if (IsMore(min, request)) { errors.Invalid(atRequest, request, $"min value {Text(min)} is greater than default request value {Text(request)}"); }
        if (IsMore(request, max)) { errors.Invalid(atRequest, request, $"default request value {Text(request)} is greater than max value {Text(max)}"); }
        if (IsMore(request, limit)) { errors.Invalid(atRequest, request, $"default request value {Text(request)} is greater than default limit value {Text(limit)}"); }
        if (IsMore(min, limit)) { errors.Invalid(atLimit, min, $"min value {Text(min)} is greater than default value {Text(limit)}"); }
        if (IsMore(limit, max)) { errors.Invalid(atLimit, max, $"default value {Text(limit)} is greater than max value {Text(max)}"); }
        if (ratio is not null) { Ratio(ratio, min, max, path.Child("maxLimitRequestRatio").Key(name), errors); }
        if (!ResourceRules.MayOvercommit(name) && limit is not null && request is not null && Quantities.Compare(limit, request) != 0)
        {
            errors.Invalid(atRequest, request, $"default value {Text(limit)} must equal to defaultRequest value {Text(request)} in {name}");
        }
    }

    private static void Ratio(ResourceQuantity ratio, ResourceQuantity? min, ResourceQuantity? max, FieldPath path, FieldErrors errors)
    {
        if (ratio.ToDecimal() < 1) { errors.Invalid(path, ratio, $"ratio {Text(ratio)} is less than 1"); }
        if (min is null || max is null) { return; }

        // Nothing as the least allows any ratio, as dividing floats by zero does.
        var most = (double)max.ToDecimal() / (double)min.ToDecimal();
        if ((double)ratio.ToDecimal() > most) { errors.Invalid(path, ratio, string.Create(CultureInfo.InvariantCulture, $"ratio {Text(ratio)} is greater than max/min = {most:F6}")); }
    }

    private static ResourceQuantity? Find(IDictionary<string, ResourceQuantity>? amounts, string name) => amounts is not null && amounts.TryGetValue(name, out var quantity) ? quantity : null;

    private static bool IsMore(ResourceQuantity? one, ResourceQuantity? other) => one is not null && other is not null && Quantities.Compare(one, other) > 0;

    private static string Text(ResourceQuantity? quantity) => Quantities.Format(quantity!);
}
