using k8s.Models;
using Orch.ApiServer.Admission.Matching;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>A binding, compiled.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Matcher">Which of the policy's requests it wants.</param>
/// <param name="ParamRef">What it gives to the policy.</param>
/// <param name="Actions">Of a validating policy: what a failed validation does.</param>
internal sealed record PolicyBinding(string Name, RequestMatcher Matcher, V1ParamRef? ParamRef, IReadOnlyList<string> Actions);
