using k8s.Models;
using Orch.ApiServer.Security.Reviews;
using Orch.Client;

namespace Orch.ApiServer.Tests.Security;

/// <summary>The rules for reviews of access.</summary>
public sealed class ReviewRulesTests
{
    private const string Invalid = ".authorization.k8s.io \"\" is invalid: ";
    private static readonly V1ResourceAttributes Pods = new() { Verb = "get", Resource = "pods", NamespaceProperty = "a" };
    private static readonly V1NonResourceAttributes Healthz = new() { Verb = "get", Path = "/healthz" };

    private static readonly Dictionary<string, (Action Act, string Expected)> Table = new()
    {
        ["of nothing"] = (() => ReviewRules.Check(new V1SelfSubjectAccessReview()), "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified"),
        ["of both"] = (() => ReviewRules.Check(new V1SelfSubjectAccessReview { Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = Pods, NonResourceAttributes = Healthz } }),
            "spec.nonResourceAttributes: Invalid value: {\"Path\":\"/healthz\",\"Verb\":\"get\"}: cannot be specified in combination with resourceAttributes"),
        ["with metadata"] = (() => ReviewRules.Check(new V1SelfSubjectAccessReview { Metadata = new V1ObjectMeta { Name = "n" }, Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = Pods } }),
            "metadata: Invalid value: {\"name\":\"n\"}: must be empty"),
        ["of nobody"] = (() => ReviewRules.Check(new V1SubjectAccessReview { Spec = new V1SubjectAccessReviewSpec { ResourceAttributes = Pods } }), "spec.user: Invalid value: \"\": at least one of user or group must be specified"),
        ["of nobody and nothing"] = (() => ReviewRules.Check(new V1SubjectAccessReview()),
            "[spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified, spec.user: Invalid value: \"\": at least one of user or group must be specified]"),
        ["of a selector twice"] = (() => ReviewRules.Check(new V1SubjectAccessReview
            {
                Spec = new V1SubjectAccessReviewSpec { User = "u", ResourceAttributes = Pods with { LabelSelector = new V1LabelSelectorAttributes { RawSelector = "a=b", Requirements = [new V1LabelSelectorRequirement { Key = "a", OperatorProperty = "Exists" }] } } },
            }), "spec.resourceAttributes.labelSelector.rawSelector: Invalid value: \"a=b\": may not specified at the same time as requirements"),
        ["elsewhere"] = (() => ReviewRules.Check(new V1LocalSubjectAccessReview { Metadata = new V1ObjectMeta { NamespaceProperty = "b" }, Spec = new V1SubjectAccessReviewSpec { User = "u", ResourceAttributes = Pods } }, "b"),
            "spec.resourceAttributes.namespace: Invalid value: \"a\": must match metadata.namespace"),
        ["of a path in a namespace"] = (() => ReviewRules.Check(new V1LocalSubjectAccessReview { Metadata = new V1ObjectMeta { Name = "n" }, Spec = new V1SubjectAccessReviewSpec { User = "u", NonResourceAttributes = Healthz } }, "b"),
            "[metadata: Invalid value: {\"name\":\"n\"}: must be empty except for namespace, spec.nonResourceAttributes: Invalid value: {\"Path\":\"/healthz\",\"Verb\":\"get\"}: disallowed on this kind of request]"),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_ReviewOfTheCase_IsRefusedAsUpstreamDoes(string name)
    {
        var refused = Assert.Throws<ApiException>(Table[name].Act);
        Assert.Equal((Invalid + Table[name].Expected, 422), (refused.Message, refused.Code));
    }

    [Fact]
    public void Check_ReviewThatKeepsTheRules_Passes()
    {
        ReviewRules.Check(new V1SubjectAccessReview { Spec = new V1SubjectAccessReviewSpec { Groups = ["g"], NonResourceAttributes = Healthz } });
        ReviewRules.Check(new V1LocalSubjectAccessReview { Metadata = new V1ObjectMeta { NamespaceProperty = "a" }, Spec = new V1SubjectAccessReviewSpec { User = "u", ResourceAttributes = Pods } }, "a");
    }
}
