using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>The rules for expressions that decide whether a webhook or policy sees a request.</summary>
internal static class MatchConditionRules
{
    private const int Max = 64;

    /// <summary>All conditions of one webhook or policy.</summary>
    public static void Validate(IList<V1MatchCondition>? conditions, bool hasParams, FieldPath path, FieldErrors errors)
    {
        if (conditions is not { Count: > 0 }) { return; }
        if (conditions.Count > Max) { errors.TooMany(path, conditions.Count, Max); }
        var seen = new HashSet<string>();
        var expressions = new PolicyExpressions(hasParams);
        for (var index = 0; index < conditions.Count; index++)
        {
            var (condition, at) = (conditions[index], path.Index(index));
            if (string.IsNullOrWhiteSpace(condition.Expression)) { errors.Required(at.Child("expression")); }
            else { expressions.CheckCondition(condition.Expression.Trim(), at.Child("expression"), errors); }
            if (string.IsNullOrEmpty(condition.Name))
            {
                errors.Required(at.Child("name"));
                continue;
            }

            TextRules.QualifiedName(condition.Name, at.Child("name"), errors);
            if (!seen.Add(condition.Name)) { errors.Duplicate(at.Child("name"), condition.Name); }
        }
    }
}
