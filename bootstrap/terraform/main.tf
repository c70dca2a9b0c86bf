# Lets the jobs of a GitHub repository use spaces-workload-identity on one EKS cluster: see bootstrap/README.md.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

data "aws_eks_cluster" "space" {
  name = var.cluster_name
}

locals {
  host         = "token.actions.githubusercontent.com"
  provider_arn = var.github_provider_arn != null ? var.github_provider_arn : aws_iam_openid_connect_provider.github[0].arn

  # Both forms of the subject; the second only where the ids are known.
  repositories = compact([var.repository, var.repository_with_ids])
  on_branch    = "ref:refs/heads/${var.branch}"
  subjects = {
    plan  = ["pull_request", local.on_branch]
    check = [local.on_branch]
    apply = [var.environment != null ? "environment:${var.environment}" : local.on_branch]
  }

  placeholders = {
    PARTITION     = data.aws_partition.current.partition
    REGION        = split(":", data.aws_eks_cluster.space.arn)[3]
    ACCOUNT_ID    = data.aws_caller_identity.current.account_id
    CLUSTER_NAME  = var.cluster_name
    OIDC_PROVIDER = replace(data.aws_eks_cluster.space.identity[0].oidc[0].issuer, "https://", "")
    ROLE_NAME     = coalesce(var.workload_role_name, "${var.cluster_name}-shared-secrets")
    ROLE_PATH     = var.workload_role_path
  }
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.github_provider_arn == null ? 1 : 0

  url            = "https://${local.host}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "trust" {
  for_each = local.subjects

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.host}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.host}:sub"
      values   = [for pair in setproduct(local.repositories, each.value) : "repo:${join(":", pair)}"]
    }
  }
}

resource "aws_iam_role" "job" {
  for_each = local.subjects

  name               = "${var.cluster_name}-${each.key}"
  description        = "spaces-workload-identity, mode ${each.key}"
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
}

resource "aws_iam_role_policy" "job" {
  for_each = local.subjects

  name   = "spaces-workload-identity"
  role   = aws_iam_role.job[each.key].name
  policy = templatefile("${path.module}/../../permissions/iam/${each.key}-${var.identity}.json", local.placeholders)
}

resource "aws_eks_access_entry" "job" {
  for_each = local.subjects

  cluster_name      = var.cluster_name
  principal_arn     = aws_iam_role.job[each.key].arn
  kubernetes_groups = [var.kubernetes_groups[each.key]]
  type              = "STANDARD"
}
