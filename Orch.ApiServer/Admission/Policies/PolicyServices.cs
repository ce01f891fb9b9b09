using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Security.Reviews;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>What policies look things up in.</summary>
/// <param name="Objects">The server's own objects.</param>
/// <param name="Equivalents">Which resources show the same objects.</param>
/// <param name="Resources">What is served; parameters may be of any kind.</param>
/// <param name="Decider">Answers the questions of expressions.</param>
internal sealed record PolicyServices(IObjectLookup Objects, IResourceEquivalents Equivalents, ServedResources Resources, AuthorizationDecider Decider);
